/**
 * The test API over HTTP. By this API a test adds faults, reads the record of requests, moves the clock and changes
 * switches. The test API has its own loopback port, so that its paths do not collide with those of the service. Every
 * request needs the token, which is new at each start.
 */
import { randomBytes } from "node:crypto";
import type * as http from "node:http";

import type { Clock } from "./base/clock";
import type { Faults } from "./faults/faults";
import { faultJson, parseFaults } from "./faults/plan";
import { field, isObject, type Json, tooDeep } from "./base/json";
import { type RequestRecord, wasApplied } from "./service/ledger";
import { closeServer, createServer, isForeignPage, isOwnHost, listen, readUpTo } from "./base/loopback";
import type { EmulatorOptions } from "./base/options";
import type { TemporaryCredentials } from "./base/credentials";
import { sameText } from "./base/signedRequest";
import { resolveSwitches, SWITCH_NAMES, type Switches } from "./base/switches";

/** Name of the header in which every request to the test API sends its token. */
export const TOKEN_HEADER = "x-fc-emulator-token";

/** Largest total of request headers, in bytes. */
const MAX_HEADER_BYTES = 16 * 1024;

/** Largest request body, in bytes. A thousand faults are smaller. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The parts of the emulator that the test API uses. */
export interface AdminParts {
  readonly faults: Faults;
  readonly record: RequestRecord;
  readonly clock: Clock;
  readonly options: EmulatorOptions;
  readonly temporaryCredentials: (seconds: number) => TemporaryCredentials;
}

/** A running test API. */
export interface RunningAdmin {
  /** Address, for example `http://127.0.0.1:41236`. */
  readonly endpoint: string;
  /** The token that every request must have in the header `x-fc-emulator-token`. */
  readonly token: string;
  /** Stops serving and closes every connection. */
  close(): Promise<void>;
}

/** Starts the test API; `port` 0 means any free port. */
export async function startAdmin(port: number, parts: AdminParts): Promise<RunningAdmin> {
  const token = randomBytes(24).toString("hex");
  const limits = { headerBytes: MAX_HEADER_BYTES, requestSeconds: parts.options.requestSeconds };
  const server = createServer(limits, (request, response) => {
    void reply(request, token, parts)
      .catch((error: unknown) => refusalOf(error))
      .then(({ status, body }) => {
        const bytes = Buffer.from(JSON.stringify(body));
        response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
      });
  });
  const endpoint = `http://127.0.0.1:${await listen(server, port)}`;
  return { endpoint, token, close: () => closeServer(server) };
}

interface Reply {
  readonly status: number;
  readonly body: Json;
}

/** Thrown for a request that the test API refuses. The message contains the value and the allowed values. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function refusalOf(error: unknown): Reply {
  const status = error instanceof Refused ? error.status : 400;
  return { status, body: { error: error instanceof Error ? error.message : String(error) } };
}

type Handler = (parts: AdminParts, body: Json) => Json;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "GET /requests": listRequests,
  "DELETE /requests": (parts) => {
    parts.record.clear();
    return listRequests(parts);
  },
  "GET /mutations": ({ record }) => ({ mutations: record.requests.filter(wasApplied) as unknown as Json }),
  "GET /faults": listFaults,
  "POST /faults": (parts, body) => {
    parts.faults.add(...parseFaults(body));
    return listFaults(parts);
  },
  "DELETE /faults": (parts) => {
    parts.faults.clear();
    return listFaults(parts);
  },
  "GET /clock": showClock,
  "POST /clock": (parts, body) => {
    parts.clock.advance(numberOf(body, "advanceSeconds"));
    return showClock(parts);
  },
  "GET /switches": ({ options }) => showSwitches(options),
  "PATCH /switches": ({ options }, body) => {
    if (!isObject(body)) throw new Error(`the body must be an object of switches, got ${JSON.stringify(body)}`);
    Object.assign(options, resolveSwitches({ ...showSwitches(options), ...body }));
    return showSwitches(options);
  },
  "POST /keys": ({ temporaryCredentials }, body) => ({ ...temporaryCredentials(numberOf(body, "seconds")) }),
};

async function reply(request: http.IncomingMessage, token: string, parts: AdminParts): Promise<Reply> {
  if (!isOwnHost(request.headers.host, request.socket))
    throw new Refused(421, "the Host header must be a loopback name of this port");
  if (isForeignPage(request)) throw new Refused(403, "requests from other web pages are refused");
  if (!sameText(String(request.headers[TOKEN_HEADER]), token)) {
    throw new Refused(403, `the header ${TOKEN_HEADER} does not have the token that was printed at this start`);
  }
  const name = `${request.method} ${request.url}`;
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  if (handler === undefined) {
    throw new Refused(404, `there is no '${name}'; allowed: ${Object.keys(HANDLERS).join(", ")}`);
  }
  return { status: 200, body: handler(parts, await readJson(request)) };
}

async function readJson(request: http.IncomingMessage): Promise<Json> {
  const body = await readUpTo(request, MAX_BODY_BYTES);
  if (body === undefined) throw new Refused(413, `the body is too large; allowed: ${MAX_BODY_BYTES} bytes`);
  if (body.length === 0) return null;
  const value = parsed(body.toString("utf8"));
  if (tooDeep(value)) throw new Error("the body is nested too deep");
  return value;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`the body is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function listRequests({ record }: AdminParts): Json {
  return { requests: record.requests as unknown as Json };
}

function listFaults({ faults }: AdminParts): Json {
  return {
    faults: faults.list().map(({ fault, seen, struck }) => ({ fault: faultJson(fault) ?? null, seen, struck })),
  };
}

function showClock({ clock }: AdminParts): Json {
  return { now: clock.now().toISOString() };
}

function showSwitches(switches: Switches): Record<string, string> {
  return Object.fromEntries(SWITCH_NAMES.map((name) => [name, switches[name]]));
}

/** The number of a body that has one member, which is called `name`. */
function numberOf(body: Json, name: string): number {
  const value = isObject(body) ? field(body, name) : undefined;
  const unknown = isObject(body) ? Object.keys(body).find((key) => key !== name) : undefined;
  if (unknown !== undefined) throw new Error(`there is no '${unknown}'; allowed: ${name}`);
  if (typeof value !== "number") throw new Error(`${name} must be a number, got ${JSON.stringify(value ?? null)}`);
  return value;
}
