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

/**
 * A memory as text of digits, lower-case letters, and `;,:-`. Where it does not fit, traces of rejected content are
 * left out first, then the oldest rejections, lowerings and former versions.
 */
export function writeRecord(memory: Memory): string {
  const traced = recordOf(memory, 0, true);
  if (traced.length <= RECORD_LENGTH) return traced;
  for (let cut = 0; ; cut++) {
    const text = recordOf(memory, cut, false);
    if (text.length <= RECORD_LENGTH || cut > 80) return text.slice(0, RECORD_LENGTH);
  }
}

function recordOf(memory: Memory, cut: number, traced: boolean): string {
  const { sequence, stable, older, candidate, former, promotion, waiting, rejections, lowerings } = memory;
  // Parts are left out in the order of their use: old rejections first, then the others alike.
  const most = (count: number, least: number) => Math.max(least, count - Math.floor(cut / 4));
  return [
    SCHEME,
    sequence.toString(36),
    stable.versionId,
    older.slice(0, most(4, 2)).map(({ versionId }) => versionId),
    progressText(candidate, most(6, 2)),
    progressText(former, most(2, 0)),
    memory.weight,
    memory.stood.slice(-most(5, 1)),
    memory.reject,
    memory.retry.replace("@", ":"),
    memory.rev?.toString(36) ?? "",
    rejections.slice(cut).map((rejection) => rejectionText(rejection, traced)),
    lowerings.slice(-most(3, 1)).map(({ version, share, retry }) => [version.versionId, share, retry].join(":")),
    promotion === undefined
      ? ""
      : [promotion.before ?? "-", promotion.by, ...meaningParts(promotion, most(4, 1))].join(":"),
    waiting === undefined ? "" : [waiting.version.versionId, waiting.key, waiting.weight].join(":"),
    memory.replaced.toString(36),
  ].join(";");
}

function progressText(progress: Progress | undefined, most: number): string {
  if (progress === undefined) return "";
  const { version, share, meant, raised, under } = progress;
  const goal = `${meant === share ? "" : meant}${raised ? "h" : ""}`;
  return [version.versionId, share, goal, under, ...meaningParts(progress, most)].join(":");
}

/** The lowest meanings. A weight whose meaning is lost counts as its number. */
function meaningParts({ meanings }: Pick<Progress, "meanings">, most: number): (string | number)[] {
  return sortedMeanings(meanings).slice(0, most).flat();
}

/** `2`, `2:1` with a count, `2::3fa85` and `2:1:3fa85` with a trace of its content. */
function rejectionText({ version, retry }: Rejection, traced: boolean): string {
  const parts = [version.versionId, retry === 0 ? "" : retry, traced ? (traceOf(version) ?? "") : ""];
  return parts.join(":").replace(/:+$/, "");
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

function number(text: string | undefined): number {
  if (text === undefined || !NUMBER.test(text)) throw new SyntaxError(text);
  return Number(text);
}

function parseProgress(text: string): Progress {
  const [id = "", share, goal = "", under = "", ...meanings] = text.split(":");
  const has = number(share);
  const meant = goal.replace(/h$/, "");
  return {
    version: bare(id),
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
  const [id = "", count = "", trace] = text.split(":");
  const version = { ...bare(id), ...(trace === undefined ? {} : { trace }) };
  return { version, retry: count === "" ? 0 : number(count) };
}

function parseLowering(text: string): Lowering {
  const [id = "", share, retry] = text.split(":");
  return { version: bare(id), share: number(share), retry: number(retry) };
}

function items(list: string): string[] {
  return list === "" ? [] : list.split(",");
}
