/** HTTP servers for all ports of the emulator: addresses, limits, and checks of the sender of a request. */
import * as http from "node:http";
import { type AddressInfo, isIPv4, type Socket } from "node:net";

import { originForm } from "./httpMessage";

/** Longest time for sending headers, in ms, so that a slow client cannot occupy a connection. */
const MAX_HEADERS_MS = 10_000;

/**
 * How long a connection without a request stays open, in ms. The default of Node.js is five seconds, which would close
 * the connection of a client that polls every five seconds just when it sends a request.
 */
const KEEP_ALIVE_MS = 65_000;

/** Largest number of headers of a request. */
const MAX_HEADERS = 200;

/** Largest number of connections of a port. Further connections are closed at once. */
export const MAX_CONNECTIONS = 1000;

/** Limits of a request. */
export interface Limits {
  /** Largest total of request headers, in bytes. */
  readonly headerBytes: number;
  /** Longest time to send a whole request, in seconds. */
  readonly requestSeconds: number;
}

/**
 * A server that refuses data that is not HTTP with 400, too large headers with 431, and a request that takes too long
 * with 408. The `url` of a request is its path and query, also if the client sent a whole address.
 */
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
    request.url = originForm(request.url ?? "/");
    if (request.rawHeaders.length <= 2 * MAX_HEADERS) serve(request, response);
    else response.writeHead(431, { connection: "close" }).end();
  });
  // Without this setting Node.js would drop further headers silently.
  server.maxHeadersCount = 0;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** The default address to listen on. Only this machine can reach it. */
export const LOOPBACK = "127.0.0.1";

/** Starts listening and returns the port; `port` 0 means any free port. Rejects if the port is in use. */
export function listen(server: http.Server, port: number, address = LOOPBACK): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening and closes every connection, also connections with a request in progress. */
export function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The body of a request; undefined if it is larger than `maxBytes`. */
export async function readUpTo(request: http.IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest of the body is read and dropped, so that the client receives the answer instead of a broken connection.
    if (size <= maxBytes) chunks.push(chunk);
    if (size > 2 * maxBytes) request.destroy();
  }
  return size > maxBytes ? undefined : Buffer.concat(chunks);
}

/** Whether a Host header, with its port, is a loopback name or the address at which the request arrived. */
export function isOwnHost(host: string | undefined, { localAddress, localPort }: Socket): boolean {
  return [LOOPBACK, "localhost", "[::1]", localAddress].some((name) => host?.toLowerCase() === `${name}:${localPort}`);
}

/**
 * The address to listen on. Throws for text that is not an address. Also throws for an address that other machines may
 * reach, unless `unsafe` is true, because anybody who can reach it can read the answers of functions, and anybody who
 * has the key can run code on this machine.
 */
export function checkedAddress(address: string, unsafe: boolean): string {
  if (!isIPv4(address)) throw new Error(`listen is '${address}'; allowed: an IPv4 address of this machine, or 0.0.0.0`);
  if (address.startsWith("127.") || unsafe) return address;
  throw new Error(
    `listen is '${address}', which other machines may reach: they can call functions, and code runs with your rights. ` +
      "If you want this, set unsafeListen: true (--unsafe-listen) as well",
  );
}

/** The address by which clients on this machine reach a server. */
export function reachable(address: string): string {
  return address === "0.0.0.0" ? LOOPBACK : address;
}

/** True for a request that a browser sends for a page from another machine. */
export function isPageFromElsewhere(request: http.IncomingMessage): boolean {
  const { origin } = request.headers;
  if (!isForeignPage(request)) return false;
  if (origin === undefined) return request.headers["sec-fetch-site"] === "cross-site";
  return !/^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(origin);
}

/**
 * True for a request that a browser sends for a page from another address. The headers `origin` and `sec-fetch-site`
 * show this, and only browsers send them.
 */
export function isForeignPage({ headers }: http.IncomingMessage): boolean {
  const { host, origin } = headers;
  const site = headers["sec-fetch-site"];
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== "same-origin" && site !== "none";
}
