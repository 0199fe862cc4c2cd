/** Types of an action: its request, its answer, and the parts of the emulator that it may use. */
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
  /** Decoded path parameters, by their names in routes.ts. */
  readonly params: Readonly<Record<string, string>>;
  /** Decoded query. If a name is repeated, the last value counts. */
  readonly query: Readonly<Record<string, string>>;
  /** Headers with lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly requestId: string;
}

/** An answer. The server serialises a JSON `body`; without `body`, the body of the answer is empty. */
export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json | Buffer;
}

/**
 * Opens and closes the ports of HTTP triggers. This is an interface that the folder `web` implements, because actions
 * must not import from `web`.
 */
export interface TriggerPorts {
  /** Opens the port of an HTTP trigger, and stores it in the trigger. Does nothing for other types, and if the port is open. */
  open(world: World, entry: StoredFunction, trigger: StoredTrigger): Promise<void>;
  /** Closes the port of a deleted trigger. */
  close(trigger: StoredTrigger): Promise<void>;
}

/** The parts of the emulator that an action may use. */
export interface World {
  readonly identity: Identity;
  readonly store: Store;
  readonly options: EmulatorOptions;
  /** Runs functions. */
  readonly pool: Pool;
  /** Passes finished invocations to listeners. */
  readonly invocations: Invocations;
  /** Rows of the log service. */
  readonly logs: Logstores;
  readonly triggerPorts: TriggerPorts;
  readonly clock: Clock;
  /** The error of a fault for the next attempt of an asynchronous event; undefined if there is none. */
  attemptRefusal(): ServiceError | undefined;
  /** Download address of a code package, which needs no signature and expires. */
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

/** The current time in the service's format: UTC, whole seconds. */
export function timestamp(world: World): string {
  return `${world.options.now().toISOString().slice(0, 19)}Z`;
}
