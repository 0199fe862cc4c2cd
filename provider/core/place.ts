/** Where an object lives: region and account; and the ids made from that. Pure. */
import { isUnknown, UNKNOWN } from "./unknown";

/** Region and account of an object. A change of either is another object. */
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

/** True for an account that only an emulator has. */
export function isEmulatorAccount(accountId: string): boolean {
  return accountId.startsWith("0000");
}

/** `<region>:<account>:<name>[/<rest>]`: the id of a resource. Frozen with the first release. */
export function resourceId(place: Place, functionName: string, rest?: string): string {
  return `${place.region}:${place.accountId}:${functionName}${rest === undefined ? "" : `/${rest}`}`;
}

/** ARN of a function or, with a qualifier, of a version or alias; unknown when a part of it is. Source: CreateFunction answer, `functionArn`. */
export function functionArn(place: Place, functionName: string, qualifier?: string): string {
  const parts = [place.region, place.accountId, functionName, qualifier];
  if (parts.some(isUnknown)) return UNKNOWN;
  const suffix = qualifier === undefined ? "" : `/${qualifier}`;
  return `acs:fc:${place.region}:${place.accountId}:functions/${functionName}${suffix}`;
}

/**
 * Why a stack may not move from one place to the other, or undefined when it may (by replacement).
 * Between an emulator and the real service, or between two emulators, nothing could delete the old objects.
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

/** The host an endpoint names: one under aliyuncs.com, reached over https. Undefined for anything else. */
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
