/** The record of a release in its alias's description: the memory in a short form, beside the owner. Pure. */
import { parseRetryText } from "./desired";
import {
  type Lowering,
  type Memory,
  type Progress,
  type Promotion,
  type Rejection,
  type WeightKey,
  sortedMeanings,
} from "./memory";
import { type Version, traceOf } from "./version";

/** Version number of the record's format. */
const SCHEME = "2";
/**
 * Largest number of characters of a record. A description has at most 256 (Function Compute 2.0), for the user's text,
 * the owner and the record.
 */
export const RECORD_LENGTH = 112;

/** Which versions have a trace of their content in a record: see {@link traceOf}. */
type Traced = "rejected and started" | "rejected" | "none";

/**
 * A memory as text: digits, lower-case letters, and `;,:-`. Traces of content, then the oldest rejections, lowerings and former versions are
 * left out where they do not fit.
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
  const { sequence, stable, older, candidate, former, promotion, waiting, rejections, lowerings } = memory;
  // Parts are left out in the order of their use: old rejections first, then the others alike.
  const most = (count: number, least: number) => Math.max(least, count - Math.floor(cut / 4));
  const started = traced === "rejected and started";
  return [
    SCHEME,
    sequence.toString(36),
    stable.versionId,
    older.slice(0, most(4, 2)).map(({ versionId }) => versionId),
    progressText(candidate, most(6, 2), started),
    progressText(former, most(2, 0), false),
    memory.weight,
    memory.stood.slice(-most(5, 1)),
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
    memory.replaced.toString(36),
  ].join(";");
}

/** `2`, and `2-3fa85` with a trace of its content. */
function versionText(version: Version, traced: boolean): string {
  const trace = traced ? traceOf(version) : undefined;
  return trace === undefined ? version.versionId : `${version.versionId}-${trace}`;
}

function progressText(progress: Progress | undefined, most: number, traced: boolean): string {
  if (progress === undefined) return "";
  const { version, share, meant, raised, under } = progress;
  const goal = `${meant === share ? "" : meant}${raised ? "h" : ""}`;
  return [versionText(version, traced), share, goal, under, ...meaningParts(progress, most)].join(":");
}

/** The lowest meanings. A weight whose meaning is lost counts as its number. */
function meaningParts({ meanings }: Pick<Progress, "meanings">, most: number): (string | number)[] {
  return sortedMeanings(meanings).slice(0, most).flat();
}

/** `2`, and `2:1` with a count. */
function rejectionText({ version, retry }: Rejection, traced: boolean): string {
  return `${versionText(version, traced)}${retry === 0 ? "" : `:${retry}`}`;
}

const NUMBER = /^\d{1,17}$/;
const BASE36 = /^[0-9a-z]{1,12}$/;

/**
 * The memory in a record; undefined for other text, and for a format that this version of the package does not know.
 */
export function parseRecord(text: string | undefined): Memory | undefined {
  const parts = (text ?? "").split(";");
  if (parts.length !== 16 || parts[0] !== SCHEME) return undefined;
  const [, sequence = "", stable = "", older = "", candidate = "", former = "", ...others] = parts;
  const [weight = "", stood = "", reject = "", retry = "", rev = "", ...rest] = others;
  const [rejections = "", lowerings = "", promotion = "", waiting = "", replaced = ""] = rest;
  if (!NUMBER.test(stable) || ![sequence, replaced, ...(rev === "" ? [] : [rev])].every((each) => BASE36.test(each)))
    return undefined;
  try {
    return {
      sequence: parseInt(sequence, 36),
      stable: bare(stable),
      older: items(older).map(bare),
      ...(candidate === "" ? {} : { candidate: parseProgress(candidate) }),
      ...(former === "" ? {} : { former: parseProgress(former) }),
      ...(promotion === "" ? {} : { promotion: parsePromotion(promotion) }),
      ...(waiting === "" ? {} : { waiting: parseWaiting(waiting) }),
      rejections: items(rejections).map(parseRejection),
      lowerings: items(lowerings).map(parseLowering),
      weight,
      stood: items(stood),
      reject,
      retry: parseRetryText(retry.replace(":", "@")) === undefined ? "" : retry.replace(":", "@"),
      deployed: [],
      ...(rev === "" ? {} : { rev: parseInt(rev, 36) }),
      replaced: parseInt(replaced, 36),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function bare(versionId: string): Version {
  if (!NUMBER.test(versionId)) throw new SyntaxError(versionId);
  return { versionId, fingerprint: "" };
}

/** Reads {@link versionText}. */
function parseVersion(text: string): Version {
  const [id = "", trace] = text.split("-");
  return { ...bare(id), ...(trace === undefined ? {} : { trace }) };
}

function number(text: string | undefined): number {
  if (text === undefined || !NUMBER.test(text)) throw new SyntaxError(text);
  return Number(text);
}

function parseProgress(text: string): Progress {
  const [id = "", share, goal = "", under = "", ...meanings] = text.split(":");
  const has = number(share);
  const meant = goal.replace(/h$/, "");
  return {
    version: parseVersion(id),
    share: has,
    meant: meant === "" ? has : number(meant),
    raised: goal.endsWith("h"),
    under,
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
  return { version: bare(id), key, weight };
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
