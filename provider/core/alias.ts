/** Decisions about an alias: the split that its inputs ask for, the request bodies, and the inputs after a refresh. Pure. */
import { equal } from "./canonical";
import {
  CHANGED,
  type Checked,
  type CommonInputs,
  type Diff,
  checkCommon,
  identityChanges,
  unknownProperties,
} from "./common";
import type { AliasBody, ObservedAlias } from "./model";
import { ALIAS_NAME, FUNCTION_NAME, VERSION_ID } from "./names";
import { resourceNameOf, splitMark, withMark } from "./owner";
import { functionArn, refusedMove } from "./place";
import { type Announcement, forgottenWords, listedShares, movedShares } from "./announcement";
import { containsUnknown, isUnknown } from "./unknown";
import { type Failure, check, required, show, text, unlessBlank } from "./validate";
import { ALL, type Tenths, formatShare, fromFraction, parseShare, toFraction } from "./weights";

/** The input `canary` of an alias: a version and its share of the traffic. */
export interface CanaryInput {
  /** Number of the version, as text. */
  readonly versionId: string;
  /** Weight of the canary in percent, 0 or 1 to 100; text for a weight below one percent, such as `"0.5%"`. */
  readonly weight: number | string;
}

/** The checked inputs of an alias. */
export interface AliasInputs extends CommonInputs {
  readonly functionName: string;
  readonly aliasName: string;
  readonly versionId?: string;
  readonly description?: string;
  readonly canary?: CanaryInput;
  /** ARN of the function, computed by `check`: see {@link functionArn}. */
  readonly aliasArn: string;
}

/** The outputs of an alias in state: its inputs, and the members below. */
export interface AliasOutputs extends AliasInputs {
  /** The main version, to which the alias points. */
  readonly mainVersionId: string;
  /** Map from version id to live share in percent, for all versions that the alias names; the shares add up to 100. */
  readonly split: Readonly<Record<string, number>>;
  /** Versions that the alias names but that do not exist; absent if all of them exist. */
  readonly missingVersions?: readonly string[];
  readonly createdTime?: string;
  readonly lastModifiedTime?: string;
}

/** The split of an alias: a main version, and at most one other version with its own share. */
export interface Split {
  readonly main: string;
  readonly canary?: { readonly versionId: string; readonly share: Tenths };
}

/**
 * Rule for the user's part of an alias's description. A description has 0 to 256 characters (source: Function Compute
 * 2.0), and the text `[fcp:…]` with the owner needs at least 19 of them.
 */
const DESCRIPTION = text(/^[^\p{Cc}]{0,200}$/u, 200, "text of at most 200 characters on one line");

const MEMBERS = ["aliasName", "versionId", "description", "canary", "aliasArn"];

/** Checks the inputs of an alias, writes the weight in its canonical form, and computes the ARN. */
export function checkAlias(olds: Partial<AliasInputs>, news: Partial<AliasInputs>): Checked {
  const { owner, failures } = checkCommon(olds, news);
  failures.push(
    ...required("function", news.functionName, "give a Function, its ref, or { functionName }"),
    ...check("functionName", unlessBlank(news.functionName), FUNCTION_NAME),
    ...required("aliasName", news.aliasName, "the package does not generate names"),
    ...check("aliasName", news.aliasName, ALIAS_NAME),
    ...check("versionId", news.versionId, VERSION_ID),
    ...check("description", news.description, DESCRIPTION),
    ...checkCanary(news.canary),
    ...unknownProperties(news, MEMBERS),
  );
  if (news.versionId === undefined && (news.canary ?? undefined) === undefined) {
    failures.push(...required("versionId", undefined, "give versionId, canary, or both"));
  }
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const inputs = {
    ...news,
    owner,
    ...(news.canary === undefined ? {} : { canary: canonicalCanary(news.canary) }),
    aliasArn: functionArn(news as AliasInputs, news.functionName ?? "", news.aliasName),
  };
  failures.push(...checkFullWeight(inputs as AliasInputs));
  return { inputs, failures };
}

function checkCanary(canary: unknown): Failure[] {
  if (canary === undefined || isUnknown(canary)) return [];
  if (typeof canary !== "object" || canary === null || Array.isArray(canary)) {
    return [{ property: "canary", reason: `canary: got ${show(canary)}; allowed: { versionId, weight }` }];
  }
  const { versionId, weight, ...rest } = canary as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    return [{ property: "canary", reason: `canary: has no ${unknown}; allowed: versionId, weight` }];
  }
  return [
    ...required("canary.versionId", versionId, "the version to try, such as version.versionId"),
    ...check("canary.versionId", versionId, VERSION_ID),
    ...required("canary.weight", weight, "its share of traffic in percent, 0 for none"),
    ...check("canary.weight", weight, (value) => {
      const parsed = parseShare(value);
      return "problem" in parsed ? parsed.problem : undefined;
    }),
  ];
}

function canonicalCanary(canary: CanaryInput): CanaryInput {
  const share = isUnknown(canary) ? undefined : shareOf(canary);
  return share === undefined ? canary : { ...canary, weight: formatShare(share) };
}

/** The canary's share in tenths of a percent, from checked inputs; undefined while it is not known. */
function shareOf(canary: CanaryInput): Tenths | undefined {
  if (isUnknown(canary.weight)) return undefined;
  const parsed = parseShare(canary.weight);
  return "tenths" in parsed ? parsed.tenths : undefined;
}

/** Refuses weight 100 together with `versionId`: both set the version that gets all traffic. */
function checkFullWeight({ versionId, canary }: AliasInputs): Failure[] {
  if (versionId === undefined || canary === undefined || isUnknown(canary)) return [];
  if (shareOf(canary) !== ALL || (!isUnknown(versionId) && versionId === canary.versionId)) return [];
  const reason =
    `canary.weight: got 100 while versionId names the main version; to promote the canary, set versionId to ` +
    `the canary's version, or remove versionId`;
  return [{ property: "canary.weight", reason }];
}

const IDENTITY = ["region", "accountId", "functionName", "aliasName"];

/** Outputs of a release, whose program may replace it by an alias with Pulumi's option `aliases`. */
interface FormerRelease {
  /** Map from version id to share in percent, when the alias was last read. */
  readonly live: Readonly<Record<string, number>>;
  /** The main version when the alias was last read; absent if the alias did not exist. */
  readonly liveMain?: string;
  readonly rejected: readonly string[];
}

/** The stored outputs in the form of an alias: a release has the split in other members. */
export function aliasState(olds: AliasOutputs | (AliasInputs & FormerRelease)): AliasOutputs {
  if (!("rejected" in olds)) return olds;
  const { live, liveMain = "", rejected: _rejected, ...rest } = olds;
  return { ...rest, mainVersionId: liveMain, split: live };
}

/** Refuses traffic for a version that the replaced release has rejected. An alias does not remember rejections. */
function refusedRejected(
  olds: AliasOutputs | (AliasInputs & FormerRelease),
  news: AliasInputs,
  desired: Split | undefined,
): string | undefined {
  if (!("rejected" in olds) || desired === undefined) return undefined;
  const id = olds.rejected.find((rejected) => (shares(desired)[rejected] ?? 0) > 0);
  if (id === undefined) return undefined;
  return (
    `${aliasLabel(news)}: version ${id} was rejected in the release that this alias replaces, and would get ${shares(desired)[id] ?? 0} percent. ` +
    `Nothing was changed. Give it the weight 0 in this run; afterwards the alias does not remember the rejection`
  );
}

/**
 * Compares the stored outputs with the new inputs and describes the effect on traffic. Throws an Error if the change is
 * refused.
 */
export function diffAlias(
  stored: AliasOutputs | (AliasInputs & FormerRelease),
  news: AliasInputs,
): Diff & { readonly announcement?: Announcement } {
  const olds = aliasState(stored);
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`alias ${news.aliasName}: ${refused}`);
  const replaces = identityChanges({ ...olds }, { ...news }, IDENTITY);
  if (replaces.length > 0) {
    // A change of only the alias's name is checked here. After a change of the function, region or account, `create`
    // makes this check, because `diff` does not know the versions of another function.
    const renamed = replaces.every((property) => property === "aliasName") && !isUnknown(news.aliasName);
    const anew = renamed ? refusedAnew(news, [olds.mainVersionId]) : undefined;
    if (anew !== undefined) throw new Error(anew);
    return { replaces };
  }
  const desired = desiredSplit(news, olds.mainVersionId);
  const promoted = refusedPromotion(news, olds.mainVersionId);
  if (promoted !== undefined) throw new Error(promoted);
  const rejected = refusedRejected(stored, news, desired);
  if (rejected !== undefined) throw new Error(rejected);
  // The memory of a replaced release is removed from state and from the alias.
  if (olds === stored && !changesAlias(olds, news, desired)) return { changes: false };
  // If the inputs are equal, the alias was changed by hand. The engine compares only inputs, so `changes` is set here.
  const change = equal(desiredParts(olds), desiredParts(news)) ? { ...CHANGED, changes: true } : CHANGED;
  return { ...change, announcement: { ...describeAlias(olds, news), warnings: forgotten(stored, news) } };
}

/** The warning about the rejections of a release that the alias replaces. */
function forgotten(stored: AliasOutputs | (AliasInputs & FormerRelease), news: AliasInputs): string[] {
  const words = forgottenWords("rejected" in stored ? stored.rejected : []);
  return words === undefined ? [] : [`${aliasLabel(news)}: it replaces a release, and ${words}`];
}

/** Name, in messages, of a version that the same run publishes. */
const NEW = "new";

/** The inputs, with {@link NEW} instead of version ids that are not known yet. */
function named(news: AliasInputs): AliasInputs {
  const { versionId, canary } = news;
  return {
    ...news,
    ...(isUnknown(versionId) ? { versionId: NEW } : {}),
    ...(canary !== undefined && !isUnknown(canary) && isUnknown(canary.versionId)
      ? { canary: { ...canary, versionId: NEW } }
      : {}),
  };
}

/** Describes what a run will do to the traffic of an alias that is in state. */
function describeAlias(olds: AliasOutputs, news: AliasInputs): Pick<Announcement, "sentence"> {
  const desired = desiredSplit(named(news), olds.mainVersionId);
  if (desired === undefined) return notKnown(news);
  const moved = movedShares(olds.split, shares(desired));
  return moved === undefined ? {} : { sentence: `${news.functionName}: ${moved}` };
}

/** Describes the first run of an alias. An adopted alias keeps its main version. */
export function describeFirstAlias(news: AliasInputs): Announcement {
  const { functionName, aliasName, adopt, versionId } = news;
  const desired = desiredSplit(named(news), undefined);
  if (desired === undefined || isUnknown(adopt)) return notKnown(news);
  const { canary } = named(news);
  const share = canary === undefined ? undefined : shareOf(canary);
  if (adopt !== true || versionId !== undefined || canary === undefined || share === ALL || share === undefined) {
    return { sentence: `${functionName}: new alias ${aliasName}, ${listedShares(shares(desired))}`, warnings: [] };
  }
  const part = listedShares({ [canary.versionId]: share / 10 });
  const sentence = `${functionName}: alias ${aliasName} gives ${part}, its current main version gets the rest`;
  return { sentence, warnings: [] };
}

function notKnown({ functionName, aliasName }: AliasInputs): Announcement {
  const sentence = `${functionName}: the split of alias ${aliasName} depends on a value that is not known yet`;
  return { sentence, warnings: [] };
}

function desiredParts({ versionId, canary, description }: AliasInputs): unknown {
  return [versionId, canary, description ?? ""];
}

function changesAlias(olds: AliasOutputs, news: AliasInputs, desired: Split | undefined): boolean {
  if (isUnknown(news.description) || (olds.description ?? "") !== (news.description ?? "")) return true;
  if (desired === undefined || desired.main !== olds.mainVersionId || !equal(shares(desired), olds.split)) return true;
  // The run refuses such a split with a message. A refresh calls `diff` too and must not fail, so this code does not
  // throw.
  return refusedMissing(news, desired, olds.missingVersions ?? []) !== undefined;
}

/**
 * Returns why a canary without a main version is refused on a new alias; undefined if it is allowed. Without a main
 * version the canary would get all traffic. `others` lists the function's other versions; it is empty at the first
 * release.
 */
export function refusedAnew(news: AliasInputs, others: readonly string[]): string | undefined {
  const { versionId, canary } = news;
  if (versionId !== undefined || canary === undefined || isUnknown(canary)) return undefined;
  const share = shareOf(canary) ?? 0;
  const rest = others.filter((id) => id !== canary.versionId);
  const [main] = rest;
  if (share === 0 || share === ALL || main === undefined) return undefined;
  const named = isUnknown(canary.versionId) ? "the canary" : `version ${canary.versionId}`;
  return (
    `${aliasLabel(news)}: the alias is new and has no main version, so it would give ${named} all traffic instead of ${canary.weight} percent. ` +
    `Nothing was changed. Set versionId to the version that gets the rest, such as versionId: "${main}" (existing ` +
    `versions: ${rest.slice(0, 5).join(", ")}), or set weight 100 to give it all traffic`
  );
}

/** Returns why a split is refused because it names a version that does not exist; undefined if all versions exist. */
export function refusedMissing(
  inputs: Pick<AliasInputs, "aliasName" | "functionName" | "resourceUrn">,
  { main, canary }: Split,
  missing: readonly string[],
): string | undefined {
  const [id, part, advice] =
    canary !== undefined && missing.includes(canary.versionId)
      ? [
          canary.versionId,
          "canary",
          "Run pulumi up --refresh, which publishes a Version again that was deleted by hand",
        ]
      : [main, "main version", "Set versionId to another version, or give the canary all traffic with weight: 100"];
  if (!missing.includes(id)) return undefined;
  return `${aliasLabel(inputs)}: version ${id}, its ${part}, does not exist, so nothing was changed. ${advice}`;
}

/** Computes the split from percentages and the main version: the inverse of {@link shares}. */
export function splitFrom(percent: Readonly<Record<string, number>>, main: string): Split {
  const canary = Object.entries(percent).find(([id]) => id !== main);
  return splitOf(main, canary?.[0], Math.round((canary?.[1] ?? 0) * 10));
}

/**
 * Returns why the inputs are refused on an alias whose main version is `main`; undefined if they are allowed. The check
 * finds this mistake: `versionId: stable ?? version.versionId` together with a weight looks like a canary, but would
 * move all traffic at once.
 */
export function refusedPromotion(news: AliasInputs, main: string): string | undefined {
  const { versionId, canary } = news;
  if (versionId === undefined || canary === undefined || containsUnknown([versionId, canary])) return undefined;
  if (versionId !== canary.versionId || shareOf(canary) === 0 || versionId === main) return undefined;
  return (
    `alias ${news.aliasName} of function ${news.functionName}: versionId and canary.versionId are both ${versionId}, but ` +
    `the alias points to version ${main}: this would send all traffic to version ${versionId} at once. The ` +
    `weight ${canary.weight} would have no effect. Remove versionId (version ${main} stays the main version until the weight is 100), or remove ` +
    `canary to promote the version at once`
  );
}

/**
 * The split that the inputs ask for; undefined while a part of it is unknown. `main` is the current main version of the
 * alias, undefined if there is no alias yet. Without `versionId`, the canary's version becomes the main version of a
 * new alias, and also with weight 100.
 */
export function desiredSplit(news: AliasInputs, main: string | undefined): Split | undefined {
  const { versionId, canary } = news;
  if (isUnknown(versionId) || isUnknown(canary)) return undefined;
  const share = canary === undefined ? 0 : shareOf(canary);
  const base = versionId ?? main ?? canary?.versionId;
  if (share === undefined || base === undefined || isUnknown(base)) return undefined;
  if (canary === undefined || share === 0) return { main: base };
  if (isUnknown(canary.versionId)) return undefined;
  if (share === ALL && versionId === undefined) return { main: canary.versionId };
  return splitOf(base, canary.versionId, share);
}

/** Makes a split. A canary that is the main version, or that has no share, is left out. */
function splitOf(main: string, canary: string | undefined, share: Tenths): Split {
  return canary === undefined || canary === main || share === 0
    ? { main }
    : { main, canary: { versionId: canary, share } };
}

/**
 * The split of a live alias in the form of the inputs, which have one canary. If the alias has several additional
 * versions, the result has the one with the lowest number; {@link liveShares} has all of them.
 */
export function observedSplit(alias: ObservedAlias): Split {
  // An object has keys that are numbers in ascending order.
  const weights = Object.entries(alias.additionalVersionWeight ?? {});
  const canary = weights.find(([id]) => id !== alias.versionId);
  return splitOf(alias.versionId ?? "", canary?.[0], fromFraction(Number(canary?.[1] ?? 0)));
}

/** Shares of a split, as a map from version id to percent. */
export function shares({ main, canary }: Split): Record<string, number> {
  if (canary === undefined) return { [main]: 100 };
  return { [main]: (ALL - canary.share) / 10, [canary.versionId]: canary.share / 10 };
}

/** All traffic, in thousandths of a percent. Inputs have tenths of a percent; a fraction that was set by hand may be finer. */
const WHOLE = 100_000;

/**
 * Shares of a live alias, as a map from version id to percent, for every version that the alias names with a share. The
 * main version gets the rest.
 */
export function liveShares(alias: ObservedAlias): Record<string, number> {
  const main = alias.versionId ?? "";
  const additional = Object.entries(alias.additionalVersionWeight ?? {})
    .map(([id, fraction]) => [id, Math.round((Number(fraction) || 0) * WHOLE)] as const)
    .filter(([id, share]) => id !== main && share > 0);
  const rest = additional.reduce((left, [, share]) => left - share, WHOLE);
  return Object.fromEntries([[main, rest] as const, ...additional].map(([id, share]) => [id, share / 1000]));
}

/** Ids of all versions that an alias names. */
export function versionsOf({ versionId, additionalVersionWeight = {} }: ObservedAlias): string[] {
  return [...new Set([...(versionId === undefined ? [] : [versionId]), ...Object.keys(additionalVersionWeight)])];
}

/**
 * The version whose share somebody else lowered while this run was writing, and that this run would raise again;
 * undefined if there is none. `before` contains two forms of the alias: the one that this run found, and the one that
 * this run may have written.
 */
export function raisedAgain(
  before: readonly ObservedAlias[],
  now: ObservedAlias | undefined,
  next: AliasBody,
): { readonly versionId: string; readonly from: number; readonly to: number } | undefined {
  const live = now === undefined ? {} : liveShares(now);
  const desired = liveShares(next);
  const [first] = before;
  // Only canaries are compared, because the share of the main version also falls when a canary gets more.
  const canaries = before.flatMap(versionsOf).filter((id) => id !== first?.versionId);
  for (const versionId of canaries) {
    const from = Math.max(...before.map((alias) => liveShares(alias)[versionId] ?? 0));
    const to = live[versionId] ?? 0;
    if (to < from && (desired[versionId] ?? 0) > to) return { versionId, from, to };
  }
  return undefined;
}

/**
 * The body of CreateAlias and UpdateAlias. It always contains main version and weights together; `{}` removes the
 * weights. For a release, the description also contains what the release remembers.
 */
export function aliasBody(
  inputs: Pick<AliasInputs, "description" | "owner">,
  split: Split,
  record?: string,
): AliasBody {
  const { main, canary } = split;
  return {
    versionId: main,
    additionalVersionWeight: canary === undefined ? {} : { [canary.versionId]: toFraction(canary.share) },
    description: withMark(inputs.description, inputs.owner, record),
  };
}

/** True if the alias already has every value of the body. The service refuses an update that changes nothing. */
export function aliasMatches(alias: ObservedAlias, body: ObservedAlias): boolean {
  return (
    alias.versionId === body.versionId &&
    (alias.description ?? "") === (body.description ?? "") &&
    versionsOf(alias).length === versionsOf(body).length &&
    equal(liveShares(alias), liveShares(body))
  );
}

/** The owner in an alias's description; undefined if the description has none. */
export function aliasOwner(alias: ObservedAlias): string | undefined {
  return splitMark(alias.description).owner;
}

/** Names of settings of a live alias that adoption would change because the program does not mention them. */
export function lostByAliasAdoption(
  inputs: Pick<AliasInputs, "description" | "canary">,
  alias: ObservedAlias,
): string[] {
  const { canary } = observedSplit(alias);
  return [
    ...lostText(inputs.description, alias.description),
    ...(canary === undefined || inputs.canary !== undefined
      ? []
      : [`canary (version ${canary.versionId}, ${canary.share / 10} %)`]),
  ];
}

/** Returns `["description"]` if adoption would remove the description of a live object, else an empty list. */
export function lostText(given: string | undefined, live: string | undefined): string[] {
  return given === undefined && splitMark(live).text !== "" ? ["description"] : [];
}

/** The outputs of an alias, computed from the service's answer. */
export function aliasOutputs(inputs: AliasInputs & Partial<AliasOutputs>, alias: ObservedAlias): AliasOutputs {
  const { missingVersions: _before, ...rest } = inputs;
  const { createdTime, lastModifiedTime, missingVersions = [] } = alias;
  return {
    ...rest,
    mainVersionId: alias.versionId ?? "",
    split: liveShares(alias),
    ...(missingVersions.length === 0 ? {} : { missingVersions }),
    ...(createdTime === undefined ? {} : { createdTime }),
    ...(lastModifiedTime === undefined ? {} : { lastModifiedTime }),
  };
}

/** The inputs after a refresh: what this package wrote last, with live values where these differ. */
export function refreshedAliasInputs(props: AliasOutputs, alias: ObservedAlias): Partial<AliasInputs> {
  const inputs: { -readonly [K in keyof AliasInputs]?: AliasInputs[K] } = {};
  const { text: description } = splitMark(alias.description);
  if (description !== (props.description ?? "")) inputs.description = description;
  const main = alias.versionId ?? "";
  const { [main]: _rest, ...canaries } = liveShares(alias);
  if (main === props.mainVersionId && equal(liveShares(alias), props.split)) return inputs;
  if (props.versionId !== undefined) inputs.versionId = main;
  const ours = props.canary?.versionId;
  const versionId = ours !== undefined && ours in canaries ? ours : Object.keys(canaries)[0];
  if (versionId !== undefined) {
    inputs.canary = { versionId, weight: formatShare(Math.round((canaries[versionId] ?? 0) * 10)) };
  } else if (props.canary !== undefined) {
    inputs.canary = { versionId: props.canary.versionId, weight: 0 };
  }
  return inputs;
}

/** Name of an alias in messages, such as `alias prod of function api`. */
export function aliasLabel(inputs: Pick<AliasInputs, "aliasName" | "functionName" | "resourceUrn">): string {
  return `alias ${inputs.aliasName} of function ${inputs.functionName} (${resourceNameOf(inputs.resourceUrn)})`;
}
