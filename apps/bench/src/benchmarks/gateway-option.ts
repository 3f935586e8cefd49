/**
 * The option of Node.js with which `npm start` and the image run the gateway, and so whatever stands for a part of it
 * here. Yardsticks run without.
 */
export const GATEWAY_OPTION = "--max-semi-space-size=64";
