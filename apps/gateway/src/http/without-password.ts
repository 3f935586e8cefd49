/**
 * The URL as it is shown. A handler's in a tenants' file edited by hand may have a password, and so may a file's that a
 * tenant names: it is nobody's who sees the URL in an answer.
 */
export function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.password === "") return text;
  url.password = "***";
  return url.href;
}
