/** What the inputs of every resource share: its place, its URN, its owner, and how to reach the service. Pure. */
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
 * How the provider process reaches the service. `diff` ignores it, and the environment of that process takes
 * precedence.
 */
export interface Connection {
  /** Host of Function Compute in the region; default `<account>.<region>.fc.aliyuncs.com`. */
  readonly endpoint?: string;
  /** Profile of the Alibaba Cloud CLI's configuration to take credentials from. */
  readonly profile?: string;
}

/** Inputs that all resources have. */
export interface CommonInputs extends Place {
  /** The resource's URN. The engine does not send it to a dynamic provider, and the SDK drops an input named urn. */
  readonly resourceUrn: string;
  /** `<owner id>:<project>/<stack>/<name>`; computed once, kept when the resource is renamed with an alias. */
  readonly owner: string;
  readonly connection?: Connection;
  /** True: takes over an object that exists and has no owner. Ignored by `diff`. */
  readonly adopt?: boolean;
  /** Computed with `adopt`: names of settings that the program leaves to their defaults. Ignored by `diff`. */
  readonly defaulted?: readonly string[];
  /** Why region or account is not known. The resource class sets it, and `check` refuses the resource with it. */
  readonly problem?: string;
  /** Names of arguments that the program gave as secrets; messages do not show their values. Ignored by `diff`. */
  readonly secretInputs?: readonly string[];
  /** Seconds to wait for the service, from `customTimeouts`; default 600. */
  readonly waitSeconds?: number;
}

/** Seconds to wait for a function to become usable when `customTimeouts` is not set. */
export const DEFAULT_WAIT_SECONDS = 600;

const URN = text(/^urn:pulumi:[^\p{Cc}]+$/u, 8192, "the resource's URN, as the resource class gives it");
const profile = line(256, "the name of a profile of the Alibaba Cloud CLI");
const CONNECTION = object({ endpoint: anything, profile: anything });
/** The resource class converts a duration to seconds, and passes on unchanged what is no duration. */
const waitSeconds: Rule = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 86_400
    ? undefined
    : `got ${show(value)}; allowed: 1s to 24h, such as "10m" or "1h30m"`;

/** Members that every resource may have, including the provider text. */
const COMMON_MEMBERS = [
  ...["region", "accountId", "resourceUrn", "owner", "connection", "adopt", "waitSeconds", "secretInputs"],
  ...["problem", "defaulted", "functionName", "__provider"],
];

/** Refuses properties that the kind does not have: otherwise a misspelt name would have no effect and no message. */
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

/** Refuses a bad place and computes the owner. */
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
    // A program writes these as arguments of the resource, so messages do not name `connection`.
    ...check("endpoint", (news.connection ?? {}).endpoint, endpointOf(news)),
    ...check("profile", (news.connection ?? {}).profile, profile),
    ...check("secretInputs", news.secretInputs, list(line(64), 100)),
    ...check("adopt", news.adopt, boolean),
    ...check("customTimeouts", news.waitSeconds, waitSeconds),
  ];
  const urn = typeof news.resourceUrn === "string" ? news.resourceUrn : "";
  return { owner: olds.owner ?? (isUnknown(urn) ? urn : ownerText(ownerOf(urn))), failures };
}

/** The failures with secret values left out of their reasons. */
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

/** The settings among `names` that an adopting program leaves to their defaults. */
export function defaultedOf(news: Partial<CommonInputs>, names: readonly string[]): Pick<CommonInputs, "defaulted"> {
  const given = news as Readonly<Record<string, unknown>>;
  return news.adopt === true ? { defaulted: names.filter((name) => given[name] === undefined) } : {};
}

/** The properties among `names` that differ or are unknown: the object has to be replaced. */
export function identityChanges(
  olds: Readonly<Record<string, unknown>>,
  news: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string[] {
  return names.filter((name) => isUnknown(news[name]) || olds[name] !== news[name]);
}

/**
 * A change in place. `deleteBeforeReplace` is for replacements that the engine decides by itself: the name is free only
 * once the old object is deleted.
 */
export const CHANGED: Diff = { deleteBeforeReplace: true };

/** The answer of Pulumi's `diff`. `changes` undefined lets the engine list the changed paths. */
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
