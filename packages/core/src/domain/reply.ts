/** What a tenant sends back to its contact. */
export type ReplyContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "media"; readonly url: string; readonly filename?: string; readonly caption?: string };

export const MAX_REPLIES_PER_DELIVERY = 10;
export const MAX_REPLY_TEXT_LENGTH = 4096;
