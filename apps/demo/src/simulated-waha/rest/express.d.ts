/** As much of Express 5 as the simulated WAHA uses. `@types/express` declares the same and more, and can take this file's place. */
declare module "express" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface Request extends IncomingMessage {
    readonly method: string;
    readonly path: string;
    readonly params: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, unknown>>;
    readonly body: unknown;
    get(header: string): string | undefined;
  }
  export interface Response extends ServerResponse {
    status(code: number): this;
    type(mimetype: string): this;
    json(body: unknown): this;
    send(body: Uint8Array): this;
  }
  export type NextFunction = (error?: unknown) => void;
  export type RequestHandler = (request: Request, response: Response, next: NextFunction) => unknown;
  export type ErrorRequestHandler = (
    error: unknown,
    request: Request,
    response: Response,
    next: NextFunction,
  ) => unknown;

  export interface Express {
    (request: IncomingMessage, response: ServerResponse): unknown;
    disable(setting: string): this;
    use(handler: RequestHandler | ErrorRequestHandler): this;
    get(path: string, handler: RequestHandler): this;
    post(path: string, handler: RequestHandler): this;
    put(path: string, handler: RequestHandler): this;
    delete(path: string, handler: RequestHandler): this;
  }
  export function json(options: { readonly limit: number; readonly strict: boolean }): RequestHandler;
  export default function express(): Express;
}
