/** The hosts that requests for a place go to. */
import type { Connection } from "../core/common";
import { type Place, REGION_PATTERN, hostOf, isEmulatorAccount, realHost, refusedEndpoint } from "../core/place";
import { notSent } from "./errors";

/**
 * Name of the variable with an emulator's loopback address, such as `http://127.0.0.1:9000`. When it is set, all calls
 * go there.
 */
export const EMULATOR_VARIABLE = "ALICLOUD_FC_EMULATOR";
/**
 * Name of the variable with a host under aliyuncs.com for this run. It takes precedence over the endpoint in state.
 * Terraform's alicloud provider uses the same name.
 */
const ENDPOINT_VARIABLE = "FC_ENDPOINT";
/** Name of the SDK's variable that keeps calls to STS inside the region's network. Source: `@alicloud/credentials`. */
const VPC_VARIABLE = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Host, with a port, of the log service of an emulator: what stands before the `@` is no part of the address. */
const logsOfEmulator = (host: string) => `log@${host}`;

/** Where STS is called to find out which account the keys belong to. */
export interface StsEndpoint {
  readonly protocol: "http" | "https";
  /** Host, with a port for an emulator. */
  readonly sts: string;
  readonly emulator: boolean;
  /** Whether requests stay inside the region's network. */
  readonly internal: boolean;
}

/** Hosts for requests, and the protocol. */
export interface Endpoints extends StsEndpoint {
  /** Host, with a port for an emulator. */
  readonly fc: string;
  /** Of the log service, without the project, which its client puts before it. */
  readonly logs: string;
}

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The hosts for requests to a place: the emulator in the environment, or hosts of Function Compute in that region over
 * https. Throws when an emulator is set for a real account or not set for an emulator's, and for the host of another
 * place or service.
 */
export function endpointsFor(place: Place, connection: Connection | undefined, env: Environment): Endpoints {
  const sts = stsEndpointFor(place.region, connection, env);
  if (sts.emulator) {
    if (!isEmulatorAccount(place.accountId)) {
      throw notSent(
        `${EMULATOR_VARIABLE} is set, but account ${place.accountId} is not an emulator's; unset one of the two`,
      );
    }
    return { ...sts, fc: sts.sts, logs: logsOfEmulator(sts.sts) };
  }
  if (isEmulatorAccount(place.accountId)) {
    throw notSent(
      `account ${place.accountId} is an emulator's; start it and set ${EMULATOR_VARIABLE} to the address it prints`,
    );
  }
  const set = configuredHost(connection, env);
  // Source: the service's page "Endpoints".
  const logs = `${place.region}${sts.internal ? "-intranet" : ""}.log.aliyuncs.com`;
  if (set === undefined) return { ...sts, logs, fc: `${place.accountId}.${place.region}.fc.aliyuncs.com` };
  const refused = refusedEndpoint(place, set);
  if (refused !== undefined) throw notSent(`endpoint: ${refused}`);
  return { ...sts, logs, fc: realHost(set) ?? "" };
}

/**
 * The endpoint of STS: inside the region's network when the SDK's switch is set or the endpoint of Function Compute is
 * internal.
 */
export function stsEndpointFor(region: string, connection: Connection | undefined, env: Environment): StsEndpoint {
  const emulator = env[EMULATOR_VARIABLE];
  if (emulator !== undefined && emulator !== "") {
    return { protocol: "http", sts: emulatorHost(emulator), emulator: true, internal: false };
  }
  // The region becomes part of a host's name, possibly before `check` has validated it.
  if (!REGION_PATTERN.test(region)) {
    const wrong = region === "" ? "required" : `got ${JSON.stringify(region)}, no region id such as cn-hangzhou`;
    throw notSent(`region: ${wrong}; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION`);
  }
  const host = hostOf(realHost(configuredHost(connection, env) ?? "") ?? "");
  const internal = env[VPC_VARIABLE]?.toLowerCase() === "true" || host?.internal === true;
  return { protocol: "https", sts: `sts${internal ? "-vpc" : ""}.${region}.aliyuncs.com`, emulator: false, internal };
}

/** The configured host: that of the environment, otherwise the one in state. */
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
