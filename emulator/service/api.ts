/** The shape every action has: a request and the emulator's world in, an answer out. */
import type { Invocations } from "./invocations";
import type { Json, JsonObject } from "../base/json";
import type { Logstores } from "./logstores";
import type { Clock } from "../base/clock";
import type { ServiceError } from "../base/errors";
import type { EmulatorOptions } from "../base/options";
import type { Pool } from "../runtimes/pool";
import type { StoredFunction, StoredTrigger } from "../state/model";
import type { Identity, Store } from "../state/store";

/** A request after routing and signature check. */
export interface ApiRequest {
  readonly operation: string;
  /** Decoded path parameters, by the names in routes.ts. */
  readonly params: Readonly<Record<string, string>>;
  /** Decoded query; of a repeated name the last value. */
  readonly query: Readonly<Record<string, string>>;
  /** Headers with lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly requestId: string;
}

/** An answer. A JSON `body` is serialised by the server; no body means an empty one. */
export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json | Buffer;
}

/** The ports of HTTP triggers. What listens there lies above the actions. */
export interface TriggerPorts {
  /** Opens the port of an HTTP trigger and notes it in the trigger. Does nothing for other types or when it is open. */
  open(world: World, entry: StoredFunction, trigger: StoredTrigger): Promise<void>;
  /** Closes the port of a trigger that is gone. */
  close(trigger: StoredTrigger): Promise<void>;
}

/** Everything an action may touch. */
export interface World {
  readonly identity: Identity;
  readonly store: Store;
  readonly options: EmulatorOptions;
  /** What runs functions. */
  readonly pool: Pool;
  /** Told of every invocation that has come to its end. */
  readonly invocations: Invocations;
  /** What functions logged, and a row of metrics for each invocation. */
  readonly logs: Logstores;
  readonly triggerPorts: TriggerPorts;
  readonly clock: Clock;
  /** The refusal that a fault orders for the next attempt of an asynchronous event. */
  attemptRefusal(): ServiceError | undefined;
  /** Unsigned, expiring download address for a code package. */
  codeUrl(sha256: string): string;
}

/** One operation of the API. Throws a ServiceError for every answer that is not success. */
export type Action = (world: World, request: ApiRequest) => ApiResponse | Promise<ApiResponse>;

export function ok(body: JsonObject): ApiResponse {
  return { status: 200, body };
}

export function noContent(): ApiResponse {
  return { status: 204 };
}

/** Time as the service prints it: UTC, whole seconds. */
export function timestamp(world: World): string {
  return `${world.options.now().toISOString().slice(0, 19)}Z`;
}
