/** Parts of HTTP messages that servers and clients of the emulator must treat alike. Pure. */

/**
 * Headers that concern only one connection or the framing of one message, and are not passed on. Source: RFC 9110,
 * sections 7.6.1, 8.6, 10.1.1 and 6.6.2.
 */
const HOP_HEADERS = [
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Whether a header, by its name in lower case, is not passed on from one message to the next. */
export function isHopHeader(name: string): boolean {
  return HOP_HEADERS.includes(name);
}

/** Whether a text can be the value of a header: no control characters except tabs, and no character above 255. */
export function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** The path and query of a request target, which may be a whole address as in requests to a proxy (RFC 9112, 3.2.2). */
export function originForm(target: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(target)?.[1];
  if (path === undefined) return target;
  return path.startsWith("/") ? path : `/${path}`;
}
