import type { IncomingHttpHeaders } from "node:http";

/** What `Authorization: Bearer …` carries. */
export function bearerOf({ authorization = "" }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}
