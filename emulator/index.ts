/**
 * A Function Compute 3.0 emulator on the loopback address. README.md lists what it emulates.
 * @module pulumi-alicloud-fc/emulator
 */
import { type AdminParts, type RunningAdmin, startAdmin } from "./admin";
import type { World } from "./service/api";
import { checkSettings } from "./base/checkedSettings";
import { Clock } from "./base/clock";
import { ServiceError } from "./base/errors";
import { ASYNC_ATTEMPT, Faults } from "./faults/faults";
import { resumeTasks } from "./service/actions/invoke";
import { LateRequests } from "./web/meet";
import { Invocations } from "./service/invocations";
import { Gateway } from "./web/gateway";
import { type RecordedRequest, RequestRecord, wasApplied } from "./service/ledger";
import { LOG_USER } from "./logs/dialect";
import { Logstores } from "./service/logstores";
import { keepRows } from "./logs/observer";
import { reachable } from "./base/loopback";
import { KNOWN, Operations } from "./web/operations";
import { type EmulatorOptions, resolveOptions, warnProcess, type StartOptions } from "./base/options";
import { type RunningPage, startPage } from "./page/server";
import { Pool } from "./runtimes/pool";
import { CodeLinks, type RunningServer, startServer } from "./web/server";
import { issueTemporary, type TemporaryCredentials } from "./base/credentials";
import { loadIdentity, Store } from "./state/store";

export { crc64 } from "./base/crc64";
export type { Clock } from "./base/clock";
export type {
  Fault,
  FaultAction,
  Faults,
  OrderedFault,
  OutOfBandRequest,
  NoFields,
  PlannedAction,
  PlannedActions,
  Refusal,
  StatusOnly,
} from "./faults/faults";
export type { Json, JsonObject } from "./base/json";
export type { RecordedRequest } from "./service/ledger";
export type {
  CodePackage,
  Snapshot,
  StoredAlias,
  StoredFunction,
  StoredLayer,
  StoredLayerVersion,
  StoredTag,
  InvocationRestriction,
  StoredAsyncTask,
  StoredCustomDomain,
  StoredSetting,
  StoredThing,
  StoredTrigger,
  StoredVersion,
} from "./state/model";
export type {
  CallingPages,
  EmulatorOptions,
  InvokeOptions,
  Settings,
  StartOptions,
  StartSettings,
} from "./base/options";
export type { TemporaryCredentials } from "./base/credentials";
export type { LogRow, Logstores } from "./service/logstores";
export type { Store } from "./state/store";
export { type Switch, type Switches, type SwitchName, SWITCHES } from "./base/switches";

/** A running emulator. */
export interface Emulator {
  /** Base address of the API, for example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  /**
   * Option `endpoint` of a client of the log service, with `protocol` "http": `log@127.0.0.1:41234`. The client puts
   * the project in front, and the part before the `@` does not belong to the address.
   */
  readonly logEndpoint: string;
  /**
   * Address of custom domains, for example `http://127.0.0.1:41235`. The `Host` header of a request selects the domain.
   * The address stays the same with a data folder.
   */
  readonly domainEndpoint: string;
  /** Address of the web page, for example `http://127.0.0.1:41235/`; absent without the option `page`. */
  readonly page?: string;
  /** The test API over HTTP; absent without the option `admin`. */
  readonly admin?: Admin;
  /** Region of the emulator; `cn-hangzhou` by default. */
  readonly region: string;
  /**
   * Account id: 16 digits that begin with `0000`, which no real account has. Stored in the data folder; without one,
   * new at each start.
   */
  readonly accountId: string;
  /** The only permanent access key; begins with `fcemu-`. Stored in the data folder; without one, new at each start. */
  readonly accessKeyId: string;
  /** Secret of the access key; begins with `fcemu-`. */
  readonly accessKeySecret: string;
  /** Environment variables with which a client uses this emulator. */
  readonly env: Readonly<Record<EnvironmentName, string>>;
  /**
   * The requests with well-formed headers, in the order in which they were carried out. If their total size exceeds
   * `recordCharacters`, the oldest are dropped.
   */
  readonly requests: readonly RecordedRequest[];
  /** The faults of this emulator. */
  readonly faults: Faults;
  /** The emulator's clock, which determines times in answers, expiry, and when provisioned instances are ready. */
  readonly clock: Clock;
  /** The state, which tests may change without the API. */
  readonly store: Store;
  /** Rows of the log service. A test may add rows, for example of requests that were not made. */
  readonly logs: Logstores;
  /** Options and switches; may be changed while the emulator runs. */
  readonly options: EmulatorOptions;
  /** The requests that changed the control plane, including those whose answer was lost by a fault. */
  mutations(): RecordedRequest[];
  /** Empties `requests`, and thereby `mutations`. */
  forgetRequests(): void;
  /** Issues a temporary key that is valid for a number of seconds by the emulator's clock. Default 3600. */
  temporaryCredentials(seconds?: number): TemporaryCredentials;
  /** Ends all processes that the emulator started, and closes all connections. May be called twice. */
  close(): Promise<void>;
}

/** Address and token of the test API. */
export interface Admin {
  /** Address of the test API, for example `http://127.0.0.1:41236`. */
  readonly endpoint: string;
  /** The token that every request must have in the header `x-fc-emulator-token`; new at each start. */
  readonly token: string;
}

/** Names of the variables in `Emulator.env`. */
export type EnvironmentName =
  | "ALICLOUD_FC_EMULATOR"
  | "ALIBABA_CLOUD_ACCESS_KEY_ID"
  | "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
  | "ALIBABA_CLOUD_ACCOUNT_ID"
  | "ALIBABA_CLOUD_REGION";

/**
 * Starts an emulator. Without options, the emulator uses a free port and keeps nothing.
 *
 * @example
 * ```ts
 * const emulator = await startEmulator();
 * Object.assign(process.env, emulator.env);
 * await emulator.close();
 * ```
 */
export async function startEmulator(start: StartOptions = {}): Promise<Emulator> {
  checkSettings(start);
  const store = new Store(start.dataDir, start.warn ?? warnProcess);
  try {
    return await startWith(store, start);
  } catch (error) {
    store.close();
    throw error;
  }
}

async function startWith(store: Store, start: StartOptions): Promise<Emulator> {
  const identity = loadIdentity(start.dataDir, start.region);
  const clock = new Clock(start.now ?? (() => new Date()));
  const options = resolveOptions({ ...start, now: () => clock.now() });
  const links = new CodeLinks(options.now);
  const pool = new Pool(options);
  const faults = new Faults(KNOWN);
  const gateway = new Gateway();
  const world: World = {
    identity,
    store,
    options,
    pool,
    invocations: new Invocations(),
    logs: new Logstores(() => options.logRows),
    triggerPorts: gateway,
    clock,
    attemptRefusal: () => refusalOf(faults),
    codeUrl: (sha256) => links.url(sha256),
  };
  world.invocations.on((finished) => keepRows(world.logs, finished));
  const record = new RequestRecord(options.recordCharacters);
  const { requests } = record;
  const operations = new Operations(world, faults, record);
  const parts = { world, operations, faults, late: new LateRequests(), requests: record };
  const server = await listen(world, gateway, start, (port) => startServer(port, parts, links));
  const host = reachable(options.listen);
  const endpoint = `http://${host}:${server.port}`;
  const temporaryCredentials = (seconds = 3600): TemporaryCredentials => {
    const expires = options.now().getTime() + seconds * 1000;
    // Beyond this time there are no dates.
    if (!(Math.abs(expires) <= 8.64e15)) {
      throw new Error(
        `seconds of a temporary key must be a number, and the key must end at a valid date, got ${seconds}`,
      );
    }
    return issueTemporary({ id: identity.accessKeyId, secret: identity.accessKeySecret }, expires);
  };
  const opened: { close(): Promise<void> }[] = [server];
  const stop = async (): Promise<void> => {
    await Promise.all([...opened.map((each) => each.close()), gateway.closeAll(), pool.close()]);
    store.close();
  };
  const [page, admin] = await openBeside(start, world, {
    faults,
    record,
    clock,
    options,
    temporaryCredentials,
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  resumeTasks(world);
  opened.push(...[page, admin].filter((each) => each !== undefined));
  let stopping: Promise<void> | undefined;
  return {
    ...identity,
    endpoint,
    logEndpoint: `${LOG_USER}@${host}:${server.port}`,
    domainEndpoint: `http://${host}:${store.domainPort}`,
    ...(page === undefined ? {} : { page: page.address }),
    ...(admin === undefined ? {} : { admin: { endpoint: admin.endpoint, token: admin.token } }),
    env: {
      ALICLOUD_FC_EMULATOR: endpoint,
      ALIBABA_CLOUD_ACCESS_KEY_ID: identity.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: identity.accessKeySecret,
      ALIBABA_CLOUD_ACCOUNT_ID: identity.accountId,
      ALIBABA_CLOUD_REGION: identity.region,
    },
    requests,
    faults,
    clock,
    store,
    logs: world.logs,
    options,
    mutations: () => requests.filter(wasApplied),
    forgetRequests: () => record.clear(),
    temporaryCredentials,
    close: () => (stopping ??= stop()),
  };
}

function refusalOf(faults: Faults): ServiceError | undefined {
  const { action } = faults.next({ operation: ASYNC_ATTEMPT, method: "" });
  return action?.kind === "reject" ? new ServiceError(action.status, action.code, action.message) : undefined;
}

/** Opens all ports. Requested ports are opened first, so that no remembered port takes one of them. */
async function listen(
  world: World,
  gateway: Gateway,
  { port = 0, domainPort }: StartOptions,
  serveApi: (port: number) => Promise<RunningServer>,
): Promise<RunningServer> {
  const { store } = world;
  const server = await serveApi(port);
  try {
    store.domainPort = await gateway.openDomains(world, domainPort);
    for (const entry of store.functions.values()) {
      for (const trigger of entry.triggers.values()) await gateway.open(world, entry, trigger);
    }
    store.save();
    return server;
  } catch (error) {
    await Promise.all([server.close(), gateway.closeAll()]);
    throw error;
  }
}

/** Opens the ports of the web page and of the test API, if they are requested: both or none. */
async function openBeside(
  { page, admin }: StartOptions,
  world: World,
  parts: AdminParts,
): Promise<[RunningPage | undefined, RunningAdmin | undefined]> {
  const runningPage = page === undefined ? undefined : await startPage(page, world);
  try {
    return [runningPage, admin === undefined ? undefined : await startAdmin(admin, parts)];
  } catch (error) {
    await runningPage?.close();
    throw error;
  }
}
