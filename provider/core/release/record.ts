/** The record in the description of an alias: a short form of the memory of a release. Pure. */
import { parseRetryText } from "./desired";
import {
  type Candidate,
  type Lowering,
  type Memory,
  type Promotion,
  type Rejection,
  type WeightKey,
  shareIn,
  sortedMeanings,
} from "./memory";
import { type Version, traceOf } from "./version";

/** Number of the format of the record. */
const SCHEME = "2";
/**
 * Largest number of characters of a record. A description has at most 256 characters (Function Compute 2.0), for the
 * user's text, the owner and the record.
 */
export const RECORD_LENGTH = 112;

/** Which versions in the record have a short hash of their content: see {@link traceOf}. */
type Traced = "rejected and started" | "rejected" | "none";

/**
 * Writes a memory as text of digits, lower-case letters, and `;,:-`. If the text is too long, short hashes of content
 * are left out first, then the oldest rejections, lowerings by hand and former versions.
 */
export function writeRecord(memory: Memory): string {
  for (const traced of ["rejected and started", "rejected"] as const) {
    const text = recordOf(memory, 0, traced);
    if (text.length <= RECORD_LENGTH) return text;
  }
  for (let cut = 0; ; cut++) {
    const text = recordOf(memory, cut, "none");
    if (text.length <= RECORD_LENGTH || cut > 80) return text.slice(0, RECORD_LENGTH);
  }
}

function recordOf(memory: Memory, cut: number, traced: Traced): string {
  const { sequence, stable, formerStable, candidate, replacedCandidate, promotion, waiting, rejections, lowerings } =
    memory;
  // The least useful parts are left out first: old rejections, then the oldest entries of the other lists.
  const most = (count: number, least: number) => Math.max(least, count - Math.floor(cut / 4));
  const started = traced === "rejected and started";
  return [
    SCHEME,
    sequence.toString(36),
    stable.versionId,
    formerStable.slice(0, most(4, 2)).map(({ versionId }) => versionId),
    candidateText(candidate, most(6, 2), started),
    candidateText(replacedCandidate, most(2, 0), false),
    memory.weight,
    largestWeights(memory.recentWeights).slice(0, most(5, 1)),
    memory.reject,
    memory.retry.replace("@", ":"),
    memory.rev?.toString(36) ?? "",
    rejections.slice(cut).map((rejection) => rejectionText(rejection, traced !== "none")),
    lowerings
      .slice(-most(3, 1))
      .map(({ version, share, retry }) => [versionText(version, started), share, retry].join(":")),
    promotion === undefined
      ? ""
      : [promotion.before ?? "-", promotion.by, ...meaningParts(promotion, most(4, 1))].join(":"),
    waiting === undefined ? "" : [waiting.version.versionId, waiting.key, waiting.weight].join(":"),
    memory.replacedInARow.toString(36),
  ].join(";");
}

/** The text of a version in the record: `2`, or `2-3fa85` with a short hash of its content. */
function versionText(version: Version, traced: boolean): string {
  const trace = traced ? traceOf(version) : undefined;
  return trace === undefined ? version.versionId : `${version.versionId}-${trace}`;
}

function candidateText(candidate: Candidate | undefined, most: number, traced: boolean): string {
  if (candidate === undefined) return "";
  const { version, share, target, raised, config } = candidate;
  const targetText = `${target === share ? "" : target}${raised ? "h" : ""}`;
  return [versionText(version, traced), share, targetText, config, ...meaningParts(candidate, most)].join(":");
}

/** The weights with the largest shares first: a weight that is left out counts as written for new content. */
function largestWeights(weights: readonly WeightKey[]): WeightKey[] {
  return [...weights].sort((a, b) => shareIn(b) - shareIn(a));
}

/** The entries of `meanings` with the lowest shares. A weight that is left out has the share of its own number. */
function meaningParts({ meanings }: Pick<Candidate, "meanings">, most: number): (string | number)[] {
  return sortedMeanings(meanings).slice(0, most).flat();
}

/**
 * The text of a rejection in the record: `2` if every retry of version 2 lifts it, `2:1` if only `v2@2` or a higher
 * number lifts it.
 */
function rejectionText({ version, retry }: Rejection, traced: boolean): string {
  return `${versionText(version, traced)}${retry === 0 ? "" : `:${retry}`}`;
}

const NUMBER = /^\d{1,17}$/;
const BASE36 = /^[0-9a-z]{1,12}$/;

/**
 * Parses the text of {@link writeRecord}; undefined for other text, and for a format that this version of the package
 * does not know.
 */
export function parseRecord(text: string | undefined): Memory | undefined {
  const parts = (text ?? "").split(";");
  if (parts.length !== 16 || parts[0] !== SCHEME) return undefined;
  const [, sequence = "", stable = "", formerStable = "", candidate = "", replacedCandidate = "", ...others] = parts;
  const [weight = "", recentWeights = "", reject = "", retry = "", rev = "", ...rest] = others;
  const [rejections = "", lowerings = "", promotion = "", waiting = "", replacedInARow = ""] = rest;
  if (
    !NUMBER.test(stable) ||
    ![sequence, replacedInARow, ...(rev === "" ? [] : [rev])].every((each) => BASE36.test(each))
  )
    return undefined;
  try {
    return {
      sequence: parseInt(sequence, 36),
      stable: unknownContent(stable),
      formerStable: items(formerStable).map(unknownContent),
      ...(candidate === "" ? {} : { candidate: parseCandidate(candidate) }),
      ...(replacedCandidate === "" ? {} : { replacedCandidate: parseCandidate(replacedCandidate) }),
      ...(promotion === "" ? {} : { promotion: parsePromotion(promotion) }),
      ...(waiting === "" ? {} : { waiting: parseWaiting(waiting) }),
      rejections: items(rejections).map(parseRejection),
      lowerings: items(lowerings).map(parseLowering),
      weight,
      recentWeights: items(recentWeights),
      reject,
      retry: parseRetryText(retry.replace(":", "@")) === undefined ? "" : retry.replace(":", "@"),
      deployed: [],
      ...(rev === "" ? {} : { rev: parseInt(rev, 36) }),
      replacedInARow: parseInt(replacedInARow, 36),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A version whose number is known and whose content is not. */
function unknownContent(versionId: string): Version {
  if (!NUMBER.test(versionId)) throw new SyntaxError(versionId);
  return { versionId, fingerprint: "" };
}

/** Parses the text of {@link versionText}. */
function parseVersion(text: string): Version {
  const [id = "", trace] = text.split("-");
  return { ...unknownContent(id), ...(trace === undefined ? {} : { trace }) };
}

function number(text: string | undefined): number {
  if (text === undefined || !NUMBER.test(text)) throw new SyntaxError(text);
  return Number(text);
}

function parseCandidate(text: string): Candidate {
  const [id = "", share, targetText = "", config = "", ...meanings] = text.split(":");
  const target = targetText.replace(/h$/, "");
  return {
    version: parseVersion(id),
    share: number(share),
    target: number(target === "" ? share : target),
    raised: targetText.endsWith("h"),
    config,
    meanings: parseMeanings(meanings),
  };
}

function parsePromotion(text: string): Promotion {
  const [before = "", by = "", ...meanings] = text.split(":");
  return { ...(before === "-" ? {} : { before }), by, meanings: parseMeanings(meanings) };
}

function parseMeanings(parts: readonly string[]): Record<WeightKey, number> {
  const pairs = parts.flatMap((key, i): [string, number][] => (i % 2 === 0 ? [[key, number(parts[i + 1])]] : []));
  return Object.fromEntries(pairs);
}

function parseWaiting(text: string): NonNullable<Memory["waiting"]> {
  const [id = "", key = "", weight = ""] = text.split(":");
  return { version: unknownContent(id), key, weight };
}

function parseRejection(text: string): Rejection {
  const [id = "", count = ""] = text.split(":");
  return { version: parseVersion(id), retry: count === "" ? 0 : number(count) };
}

function parseLowering(text: string): Lowering {
  const [id = "", share, retry] = text.split(":");
  return { version: parseVersion(id), share: number(share), retry: number(retry) };
}

function items(list: string): string[] {
  return list === "" ? [] : list.split(",");
}
