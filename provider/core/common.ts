/** The inputs that every resource has: place, URN, owner, and connection. Pure. */
import { type Place, ACCOUNT_PATTERN, REGION_PATTERN, refusedEndpoint } from "./place";
import { ownerOf, ownerText } from "./owner";
import { isUnknown } from "./unknown";
import {
  type Failure,
  type Rule,
  anything,
  boolean,
  check,
  line,
  list,
  object,
  required,
  show,
  text,
} from "./validate";

/**
 * How the provider process connects to the service. `diff` ignores these members, and environment variables of the
 * process take precedence over them.
 */
export interface Connection {
  /** Host of Function Compute in the region; default `<account>.<region>.fc.aliyuncs.com`. */
  readonly endpoint?: string;
  /** Profile in the configuration of the Alibaba Cloud CLI to take credentials from. */
  readonly profile?: string;
}

/** Inputs that all resources have. */
export interface CommonInputs extends Place {
  /**
   * The resource's URN. The URN is a member because the engine does not send the URN to a dynamic provider, and because
   * the SDK drops an input named `urn`.
   */
  readonly resourceUrn: string;
  /**
   * Owner text `<owner id>:<project>/<stack>/<name>`. The owner is computed once and kept when the resource is renamed
   * with an engine alias.
   */
  readonly owner: string;
  readonly connection?: Connection;
  /** True: the resource takes over an object that exists and has no owner. `diff` ignores this member. */
  readonly adopt?: boolean;
  /** Names of settings that the program leaves to their defaults; computed if `adopt` is true. `diff` ignores this member. */
  readonly defaulted?: readonly string[];
  /**
   * Why region or account is not known. The resource class sets this member, and `check` then refuses the resource with
   * this reason.
   */
  readonly problem?: string;
  /** Names of arguments that the program passed as secrets; messages do not show their values. `diff` ignores this member. */
  readonly secretInputs?: readonly string[];
  /** Seconds to wait for the service, from `customTimeouts`; default 600. */
  readonly waitSeconds?: number;
}

/** Seconds to wait for a function to become usable when `customTimeouts` is not set. */
export const DEFAULT_WAIT_SECONDS = 600;

const URN = text(/^urn:pulumi:[^\p{Cc}]+$/u, 8192, "the resource's URN, as the resource class gives it");
const profile = line(256, "the name of a profile of the Alibaba Cloud CLI");
const CONNECTION = object({ endpoint: anything, profile: anything });
/**
 * The resource class converts a duration to seconds. A value that is not a duration is passed on unchanged, so that
 * `check` can refuse it.
 */
const waitSeconds: Rule = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 86_400
    ? undefined
    : `got ${show(value)}; allowed: 1s to 24h, such as "10m" or "1h30m"`;

/** Members that every resource may have. `__provider` is the text from which the engine loads a dynamic provider. */
const COMMON_MEMBERS = [
  ...["region", "accountId", "resourceUrn", "owner", "connection", "adopt", "waitSeconds", "secretInputs"],
  ...["problem", "defaulted", "functionName", "__provider"],
];

/**
 * Refuses properties that the kind of resource does not have. Without this check, a misspelt name would have no effect
 * and no message.
 */
export function unknownProperties(news: object, members: readonly string[]): Failure[] {
  const unknown = Object.keys(news).filter((name) => !COMMON_MEMBERS.includes(name) && !members.includes(name));
  return unknown.map((property) => ({
    property,
    reason: `${property}: there is no such argument; check its spelling`,
  }));
}

function endpointOf(place: Partial<Place>): Rule {
  return (value) =>
    typeof value === "string"
      ? refusedEndpoint(place, value)
      : `got ${show(value)}; allowed: a host under aliyuncs.com, reached over https`;
}

/** Checks the place, refuses a wrong one, and computes the owner. */
export function checkCommon(
  olds: Partial<CommonInputs>,
  news: Partial<CommonInputs>,
): { owner: string; failures: Failure[] } {
  const { problem } = news;
  if (typeof problem === "string" && !isUnknown(problem)) {
    return { owner: "", failures: [{ property: "accountId", reason: problem }] };
  }
  const failures = [
    ...required("region", news.region, "set args.region, config alicloud:region or ALIBABA_CLOUD_REGION"),
    ...check("region", news.region, text(REGION_PATTERN, 64, "a region id such as cn-hangzhou")),
    ...required("accountId", news.accountId, "set config alicloud:accountId or ALIBABA_CLOUD_ACCOUNT_ID"),
    ...check("accountId", news.accountId, text(ACCOUNT_PATTERN, 16, "an account id of 16 digits, as text")),
    ...required("resourceUrn", news.resourceUrn, "the resource class gives it; make resources through the classes"),
    ...check("resourceUrn", news.resourceUrn, URN),
    ...check("connection", news.connection, CONNECTION),
    // A program sets `endpoint` and `profile` as arguments of the resource, so messages do not mention `connection`.
    ...check("endpoint", (news.connection ?? {}).endpoint, endpointOf(news)),
    ...check("profile", (news.connection ?? {}).profile, profile),
    ...check("secretInputs", news.secretInputs, list(line(64), 100)),
    ...check("adopt", news.adopt, boolean),
    ...check("customTimeouts", news.waitSeconds, waitSeconds),
  ];
  const urn = typeof news.resourceUrn === "string" ? news.resourceUrn : "";
  return { owner: olds.owner ?? (isUnknown(urn) ? urn : ownerText(ownerOf(urn))), failures };
}

/** The failures, with secret values removed from their reasons. */
export function withoutSecrets(news: Partial<CommonInputs>, failures: readonly Failure[]): Failure[] {
  const secrets = Array.isArray(news.secretInputs) ? (news.secretInputs as unknown[]) : [];
  return failures.map(({ property, reason }) => {
    if (!secrets.includes(property.split(/[.[]/)[0]) || reason.startsWith(`${property}: required`)) {
      return { property, reason };
    }
    const allowed = reason.lastIndexOf("; allowed");
    return { property, reason: `${property}: got a secret${allowed < 0 ? " that is refused" : reason.slice(allowed)}` };
  });
}

/** The settings among `names` that the program of an adopting resource leaves to their defaults. */
export function defaultedOf(news: Partial<CommonInputs>, names: readonly string[]): Pick<CommonInputs, "defaulted"> {
  const given = news as Readonly<Record<string, unknown>>;
  return news.adopt === true ? { defaulted: names.filter((name) => given[name] === undefined) } : {};
}

/** The properties among `names` that differ or are unknown. If there are any, the object has to be replaced. */
export function identityChanges(
  olds: Readonly<Record<string, unknown>>,
  news: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string[] {
  return names.filter((name) => isUnknown(news[name]) || olds[name] !== news[name]);
}

/**
 * The result for a change in place. `deleteBeforeReplace` is for replacements that the engine decides by itself: the
 * name is free only after the old object is deleted.
 */
export const CHANGED: Diff = { deleteBeforeReplace: true };

/** The answer of Pulumi's `diff`. If `changes` is undefined, the engine lists the changed paths. */
export interface Diff {
  changes?: boolean;
  replaces?: string[];
  deleteBeforeReplace?: boolean;
}

/** The answer of Pulumi's `check`. */
export interface Checked {
  inputs: Record<string, unknown>;
  failures: Failure[];
}
