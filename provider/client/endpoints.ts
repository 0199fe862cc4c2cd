/** The hosts to which requests for a place are sent. */
import type { Connection } from "../core/common";
import { type Place, REGION_PATTERN, hostOf, isEmulatorAccount, realHost, refusedEndpoint } from "../core/place";
import { notSent } from "./errors";

/**
 * Name of the variable with an emulator's loopback address, such as `http://127.0.0.1:9000`. If it is set, all calls go
 * to this address.
 */
export const EMULATOR_VARIABLE = "ALICLOUD_FC_EMULATOR";
/**
 * Name of the variable with a host under aliyuncs.com for this run. The variable takes precedence over the endpoint in
 * state. Terraform's alicloud provider uses the same name.
 */
const ENDPOINT_VARIABLE = "FC_ENDPOINT";
/** Name of the variable by which the SDK calls STS inside the region's network. Source: `@alicloud/credentials`. */
const VPC_VARIABLE = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Host and port of the log service of an emulator. The SDK writes the name of the project before the host. In a URL,
 * text before the `@` is not part of the host, so the project is ignored.
 */
const logsOfEmulator = (host: string) => `log@${host}`;

/** The endpoint of STS, which is called to find the account of the keys. */
export interface StsEndpoint {
  readonly protocol: "http" | "https";
  /** Host; with a port for an emulator. */
  readonly sts: string;
  readonly emulator: boolean;
  /** Whether requests stay inside the region's network. */
  readonly internal: boolean;
}

/** Hosts for requests, and the protocol. */
export interface Endpoints extends StsEndpoint {
  /** Host; with a port for an emulator. */
  readonly fc: string;
  /** Host of the log service, without the project, which the client of the log service puts in front. */
  readonly logs: string;
}

/** Environment variables, in the form of `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The hosts for requests to a place: the emulator in the environment, or https hosts of Function Compute in the region.
 * Throws if an emulator is set for a real account or not set for an emulator's account, and for the host of another
 * place or service.
 */
export function endpointsFor(place: Place, connection: Connection | undefined, env: Environment): Endpoints {
  const sts = stsEndpointFor(place.region, connection, env);
  if (sts.emulator) {
    if (!isEmulatorAccount(place.accountId)) {
      throw notSent(
        `${EMULATOR_VARIABLE} is set, but account ${place.accountId} is not the account of an emulator; unset one of the two`,
      );
    }
    return { ...sts, fc: sts.sts, logs: logsOfEmulator(sts.sts) };
  }
  if (isEmulatorAccount(place.accountId)) {
    throw notSent(
      `account ${place.accountId} is the account of an emulator; start the emulator and set ${EMULATOR_VARIABLE} to the address it prints`,
    );
  }
  const set = configuredHost(connection, env);
  // Host of the log service. Source: the page "Endpoints" of the log service.
  const logs = `${place.region}${sts.internal ? "-intranet" : ""}.log.aliyuncs.com`;
  if (set === undefined) return { ...sts, logs, fc: `${place.accountId}.${place.region}.fc.aliyuncs.com` };
  const refused = refusedEndpoint(place, set);
  if (refused !== undefined) throw notSent(`endpoint: ${refused}`);
  return { ...sts, logs, fc: realHost(set) ?? "" };
}

/**
 * The endpoint of STS. The endpoint is inside the region's network if the SDK's variable for this is set, or if the
 * endpoint of Function Compute is internal.
 */
export function stsEndpointFor(region: string, connection: Connection | undefined, env: Environment): StsEndpoint {
  const emulator = env[EMULATOR_VARIABLE];
  if (emulator !== undefined && emulator !== "") {
    return { protocol: "http", sts: emulatorHost(emulator), emulator: true, internal: false };
  }
  // The region becomes part of a host name, possibly before `check` has validated the region, so it is checked here
  // too.
  if (!REGION_PATTERN.test(region)) {
    const wrong =
      region === "" ? "required" : `got ${JSON.stringify(region)}, which is not a region id such as cn-hangzhou`;
    throw notSent(`region: ${wrong}; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION`);
  }
  const host = hostOf(realHost(configuredHost(connection, env) ?? "") ?? "");
  const internal = env[VPC_VARIABLE]?.toLowerCase() === "true" || host?.internal === true;
  return { protocol: "https", sts: `sts${internal ? "-vpc" : ""}.${region}.aliyuncs.com`, emulator: false, internal };
}

/** The host of Function Compute that is configured: in the environment, else in state. */
function configuredHost(connection: Connection | undefined, env: Environment): string | undefined {
  const set = env[ENDPOINT_VARIABLE];
  return set === undefined || set === "" ? connection?.endpoint : set;
}

function emulatorHost(address: string): string {
  const url = parse(address);
  const plain =
    url?.protocol === "http:" &&
    url.username === "" &&
    url.password === "" &&
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "";
  if (!plain || !LOOPBACK.has(url.hostname)) {
    throw notSent(
      `${EMULATOR_VARIABLE}: got ${JSON.stringify(address)}; allowed: http://127.0.0.1:<port> as fc-emulator prints it`,
    );
  }
  return url.host;
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}
