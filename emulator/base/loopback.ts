/** Listening, for every port of the emulator: on which address, within what limits, and who may come in. */
import * as http from "node:http";
import { type AddressInfo, isIPv4, type Socket } from "node:net";

/** How long a client may take to send its headers, ms; a drip of bytes must not hold a connection for ever. */
const MAX_HEADERS_MS = 10_000;

/**
 * How long a connection without a request stays open, ms. Clients that poll every five seconds would find Node.js's own limit, which
 * is five, closing the connection under their request.
 */
const KEEP_ALIVE_MS = 65_000;

/** Most headers of a request. */
const MAX_HEADERS = 200;

/** Most connections of a port at a time; further ones are closed unheard. */
export const MAX_CONNECTIONS = 1000;

/** What a client may take of a server. */
export interface Limits {
  /** Total of request headers, bytes. */
  readonly headerBytes: number;
  /** Time to send a whole request, seconds. */
  readonly requestSeconds: number;
}

/** A server that refuses what is no HTTP, has too large headers, or takes too long, with 400, 431 or 408. */
export function createServer({ headerBytes, requestSeconds }: Limits, serve: http.RequestListener): http.Server {
  const requestTimeout = requestSeconds * 1000;
  const headersTimeout = Math.min(MAX_HEADERS_MS, requestTimeout);
  const connectionsCheckingInterval = Math.min(headersTimeout / 2, 5000);
  const limits = {
    maxHeaderSize: headerBytes,
    requestTimeout,
    headersTimeout,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval,
  };
  const server = http.createServer(limits, (request, response) => {
    if (request.rawHeaders.length <= 2 * MAX_HEADERS) serve(request, response);
    else response.writeHead(431, { connection: "close" }).end();
  });
  // Beyond its own limit Node.js leaves headers out without a word.
  server.maxHeadersCount = 0;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** The address to listen on unless told otherwise: nobody but this machine reaches it. */
export const LOOPBACK = "127.0.0.1";

/** Starts listening and answers the port; `port` 0 = any free one. Rejects when it is taken. */
export function listen(server: http.Server, port: number, address = LOOPBACK): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening and closes every connection, hanging ones too. */
export function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The body of a request; undefined = it is larger than `maxBytes`. */
export async function readUpTo(request: http.IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Reading on without keeping lets the client see the answer instead of a broken connection.
    if (size <= maxBytes) chunks.push(chunk);
    if (size > 2 * maxBytes) request.destroy();
  }
  return size > maxBytes ? undefined : Buffer.concat(chunks);
}

/** Whether a Host header is a loopback name, or the very address the request came to, with its port. */
export function isOwnHost(host: string | undefined, { localAddress, localPort }: Socket): boolean {
  return [LOOPBACK, "localhost", "[::1]", localAddress].some((name) => host?.toLowerCase() === `${name}:${localPort}`);
}

/**
 * The address to listen on. Throws when it is none, and when others could reach it and that is not said to be meant:
 * whoever reaches it can read what functions answer, and whoever has the key runs code here.
 */
export function checkedAddress(address: string, unsafe: boolean): string {
  if (!isIPv4(address)) throw new Error(`listen is '${address}'; allowed: an IPv4 address of this machine, or 0.0.0.0`);
  if (address.startsWith("127.") || unsafe) return address;
  throw new Error(
    `listen is '${address}', which other machines may reach: they can call functions, and code runs with your rights. ` +
      "If that is meant, say unsafeListen: true (--unsafe-listen) as well",
  );
}

/** What clients on this machine call an address that is listened on. */
export function reachable(address: string): string {
  return address === "0.0.0.0" ? LOOPBACK : address;
}

/** Whether a page that does not come from this machine asks for this in a browser. */
export function isPageFromElsewhere(request: http.IncomingMessage): boolean {
  const { origin } = request.headers;
  if (!isForeignPage(request)) return false;
  if (origin === undefined) return request.headers["sec-fetch-site"] === "cross-site";
  return !/^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(origin);
}

/** Whether a page of another address asks for this in a browser; other clients say nothing of where they come from. */
export function isForeignPage({ headers }: http.IncomingMessage): boolean {
  const { host, origin } = headers;
  const site = headers["sec-fetch-site"];
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== "same-origin" && site !== "none";
}
