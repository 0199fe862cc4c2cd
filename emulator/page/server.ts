/**
 * Serves the web page on its own loopback port. The server is read-only, uses no cookies and no credentials, and the
 * page loads nothing from other servers.
 */
import * as fs from "node:fs";
import type * as http from "node:http";
import * as path from "node:path";

import type { World } from "../service/api";
import { packageRoot } from "../base/packageRoot";
import { closeServer, createServer, isForeignPage, isOwnHost, listen } from "../base/loopback";
import { type PageState, pageState } from "./state";
import { Traffic } from "./traffic";

/** Interval between updates of an open page, in ms. */
const REFRESH_MS = 300;

/** Largest number of connections. A page needs two. */
const MAX_CONNECTIONS = 64;

/** Largest total of request headers, in bytes. */
const MAX_HEADER_BYTES = 16 * 1024;

/** Paths of the page's files, with the files. */
const ASSETS: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  "/": { file: "page.html", type: "text/html; charset=utf-8" },
  "/page.css": { file: "page.css", type: "text/css; charset=utf-8" },
  "/page.js": { file: "page.js", type: "text/javascript; charset=utf-8" },
  "/page.svg": { file: "page.svg", type: "image/svg+xml" },
};

/** The page may load only files of this server, and no other page may show it in a frame. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** A running server of the web page. */
export interface RunningPage {
  /** Address, for example `http://127.0.0.1:41235/`. */
  readonly address: string;
  /** Stops serving and closes every connection. */
  close(): Promise<void>;
}

/** Starts serving the page; `port` 0 means any free port. */
export async function startPage(port: number, world: World): Promise<RunningPage> {
  const assets = readAssets();
  const feed = new Feed(world);
  const limits = { headerBytes: MAX_HEADER_BYTES, requestSeconds: world.options.requestSeconds };
  const server = createServer(limits, (request, response) => serve(request, response, assets, feed));
  server.maxConnections = MAX_CONNECTIONS;
  const address = `http://127.0.0.1:${await listen(server, port)}/`;
  return {
    address,
    close: async () => {
      feed.close();
      await closeServer(server);
    },
  };
}

function serve(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  assets: ReadonlyMap<string, Asset>,
  feed: Feed,
): void {
  const refusal = refusalOf(request);
  if (refusal !== undefined) {
    response.writeHead(refusal, HEADERS).end();
    return;
  }
  if (request.url === "/events") {
    response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
    feed.add(response);
    return;
  }
  const asset = assets.get(request.url ?? "");
  if (asset === undefined) {
    response.writeHead(404, HEADERS).end();
    return;
  }
  response.writeHead(200, { ...HEADERS, "content-type": asset.type }).end(asset.body);
}

/**
 * The status of a refusal, for a wrong method, a foreign `Host` or a foreign page; undefined for an allowed request.
 */
function refusalOf(request: http.IncomingMessage): number | undefined {
  if (!isOwnHost(request.headers.host, request.socket)) return 421;
  if (isForeignPage(request)) return 403;
  if (request.method !== "GET") return 405;
  return undefined;
}

/** Sends the state to every page that is open in a browser, and again after each change of the state. */
class Feed {
  readonly #world: World;
  readonly #traffic = new Traffic();
  readonly #open = new Set<http.ServerResponse>();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #sent = "";

  constructor(world: World) {
    this.#world = world;
    this.#stopListening = world.invocations.on((finished) => {
      const entry = world.store.functions.get(finished.functionName);
      const alias = entry?.aliases.get(finished.qualifier);
      if (entry !== undefined && alias !== undefined) this.#traffic.take(finished, entry.functionId, alias);
    });
  }

  add(response: http.ServerResponse): void {
    this.#refresh();
    this.#open.add(response);
    response.on("close", () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#stop();
    });
    response.write(`retry: 1000\n\n${this.#sent}`);
    // Tests can change the state without the API, so the state is compared at intervals.
    this.#timer ??= setInterval(() => this.#refresh(), REFRESH_MS).unref();
  }

  close(): void {
    this.#stopListening();
    this.#stop();
  }

  #state(): PageState {
    return pageState(this.#world.identity.region, this.#world.store.functions.values(), this.#traffic);
  }

  #refresh(): void {
    const now = event(this.#state());
    if (now === this.#sent) return;
    this.#sent = now;
    for (const response of this.#open) response.write(now);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function event(state: PageState): string {
  return `event: state\ndata: ${JSON.stringify(state)}\n\n`;
}

interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

function readAssets(): Map<string, Asset> {
  const folder = path.join(packageRoot(__dirname), "emulator", "page", "assets");
  const entries = Object.entries(ASSETS).map(([url, { file, type }]): [string, Asset] => [
    url,
    { type, body: fs.readFileSync(path.join(folder, file)) },
  ]);
  return new Map(entries);
}
