/** The place of an object (region and account), and the ids that contain it. Pure. */
import { isUnknown, UNKNOWN } from "./unknown";

/** Region and account of an object. A change of either replaces the object. */
export interface Place {
  /** Region id, such as `cn-hangzhou`. */
  readonly region: string;
  /** Account id, 16 digits; an emulator's begins with `0000`. */
  readonly accountId: string;
}

/** Region ids are lower-case words and digits joined by `-`, such as `cn-shanghai-finance-1`. */
export const REGION_PATTERN = /^[a-z]{2}(-[a-z0-9]{1,16}){1,4}$/;
/** Account ids are 16 digits; some old accounts have fewer. */
export const ACCOUNT_PATTERN = /^\d{5,16}$/;

/** True for an account id that only an emulator has. */
export function isEmulatorAccount(accountId: string): boolean {
  return accountId.startsWith("0000");
}

/** The id of a resource: `<region>:<account>:<name>[/<rest>]`. The form of the id is frozen with the first release. */
export function resourceId(place: Place, functionName: string, rest?: string): string {
  return `${place.region}:${place.accountId}:${functionName}${rest === undefined ? "" : `/${rest}`}`;
}

/** Region and account in the id of a resource; undefined for text that is not such an id. */
export function placeIn(id: string): Place | undefined {
  const [, region, accountId] = /^([^:]+):(\d+):/.exec(id) ?? [];
  return region === undefined || accountId === undefined ? undefined : { region, accountId };
}

/**
 * ARN of a function or, with a qualifier, of a version or alias; {@link UNKNOWN} if a part is unknown. Source:
 * `functionArn` in the answer of CreateFunction.
 */
export function functionArn(place: Place, functionName: string, qualifier?: string): string {
  const parts = [place.region, place.accountId, functionName, qualifier];
  if (parts.some(isUnknown)) return UNKNOWN;
  const suffix = qualifier === undefined ? "" : `/${qualifier}`;
  return `acs:fc:${place.region}:${place.accountId}:functions/${functionName}${suffix}`;
}

/**
 * Returns why a stack may not move from one place to the other; undefined if it may move by replacement. After a move
 * from or to an emulator, nothing could delete the old objects.
 */
export function refusedMove(from: Place, to: Place): string | undefined {
  if (isUnknown(to.accountId) || from.accountId === to.accountId) return undefined;
  if (!isEmulatorAccount(from.accountId) && !isEmulatorAccount(to.accountId)) return undefined;
  const name = (place: Place) =>
    isEmulatorAccount(place.accountId) ? `emulator ${place.accountId}` : `account ${place.accountId}`;
  return (
    `this stack's objects live in ${name(from)}, but the program now runs against ${name(to)}. ` +
    `A stack does not move between an emulator and another place: use another stack (pulumi stack init), ` +
    `or set the credentials and endpoint of ${name(from)} again`
  );
}

/** The place that a host of Function Compute serves, from the name of the host. */
export interface Host {
  readonly region: string;
  /** Absent if the name of the host contains no account. */
  readonly accountId?: string;
  /** True for a host that can be reached only from inside its region. */
  readonly internal: boolean;
}

/**
 * Patterns of hosts of Function Compute 3.0, in the form of messages. Sources: the service's list of endpoints; for
 * `fcv3`, the tools of the service.
 */
export const HOSTS =
  "fcv3.<region>.aliyuncs.com, <account>.<region>.fc.aliyuncs.com or <account>.<region>-internal.fc.aliyuncs.com";

/** The place that a host serves; undefined for a host of another service. */
export function hostOf(host: string): Host | undefined {
  const [, accountId, named, region = named] =
    /^(?:(?:(\d{1,16})\.)?([a-z0-9-]+)\.fc|fcv3(?:-vpc)?\.([a-z0-9-]+))\.aliyuncs\.com$/.exec(host) ?? [];
  if (region === undefined) return undefined;
  const plain = region.replace(/-internal$/, "");
  if (!REGION_PATTERN.test(plain)) return undefined;
  const internal = plain !== region || host.startsWith("fcv3-vpc.");
  return { region: plain, ...(accountId === undefined ? {} : { accountId }), internal };
}

/** Returns why an endpoint cannot serve a place, or undefined. Parts of the place that are not known yet are not compared. */
export function refusedEndpoint(place: Partial<Place>, endpoint: string): string | undefined {
  const name = realHost(endpoint);
  const got = `got ${JSON.stringify(endpoint)}`;
  if (name === undefined) return `${got}; allowed: a host under aliyuncs.com, reached over https`;
  const host = hostOf(name);
  if (host === undefined) return `${got}, which is no host of Function Compute; allowed: ${HOSTS}`;
  const { region, accountId } = place;
  // An emulator has its own address and does not use `endpoint`.
  if (typeof accountId === "string" && isEmulatorAccount(accountId)) return undefined;
  const advice = "Leave endpoint out, or give each place its own";
  if (typeof region === "string" && !isUnknown(region) && host.region !== region) {
    return `${got}, a host of region ${host.region}; allowed: one of region ${region}, where this resource is. ${advice}`;
  }
  if (host.accountId === undefined || typeof accountId !== "string" || isUnknown(accountId)) return undefined;
  return host.accountId === accountId
    ? undefined
    : `${got}, the host of account ${host.accountId}; allowed: that of account ${accountId}, where this resource is. ${advice}`;
}

const ARN = /^acs:fc:([^:]+):([^:]+):/;

/**
 * Returns why an answer is about an object of another place, by the ARN in the answer; undefined if the ARN fits or is
 * missing.
 */
export function elsewhere(place: Place, arn: unknown): string | undefined {
  const [, region, accountId] = typeof arn === "string" ? (ARN.exec(arn) ?? []) : [];
  if (region === undefined || (region === place.region && accountId === place.accountId)) return undefined;
  return (
    `the answer is about an object in region ${region}, account ${accountId}, but this resource lives in region ` +
    `${place.region}, account ${place.accountId}`
  );
}

/** True for the ARN of an object in the place. */
export function namesPlace(place: Place, arn: unknown): boolean {
  return typeof arn === "string" && ARN.test(arn) && elsewhere(place, arn) === undefined;
}

/** The host of an endpoint, which must be under aliyuncs.com and reached over https. Undefined for any other endpoint. */
export function realHost(endpoint: string): string | undefined {
  const url = parse(endpoint.includes("://") ? endpoint : `https://${endpoint}`);
  const host = url?.hostname ?? "";
  const plain =
    url?.protocol === "https:" &&
    url.username === "" &&
    url.password === "" &&
    url.port === "" &&
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "";
  return plain && /^([a-z0-9-]{1,63}\.){1,8}aliyuncs\.com$/.test(host) ? host : undefined;
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}
