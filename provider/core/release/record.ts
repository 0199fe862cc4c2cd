/** What an alias's description keeps of a release beside the owner: the memory, as short as can be. Pure. */
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
import type { Version } from "./version";

/** Scheme of the record. */
const SCHEME = "2";
/** Characters of a record at most. A description holds 256 (Function Compute 2.0), shared with the user's text and the owner. */
export const RECORD_LENGTH = 112;

/**
 * A memory as text: digits, lower-case letters, and `;,:-`. The oldest rejections, lowerings and former versions are left out where they do
 * not fit.
 */
export function writeRecord(memory: Memory): string {
  for (let cut = 0; ; cut++) {
    const text = recordOf(memory, cut);
    if (text.length <= RECORD_LENGTH || cut > 80) return text.slice(0, RECORD_LENGTH);
  }
}

function recordOf(memory: Memory, cut: number): string {
  const { sequence, stable, older, candidate, former, promotion, waiting, rejections, lowerings } = memory;
  // What is needed least goes first: old rejections, then all of them alike.
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
    rejections.slice(cut).map(({ version, retry }) => withCount(version.versionId, retry)),
    lowerings.slice(-most(3, 1)).map(({ version, share, retry }) => [version.versionId, share, retry].join(":")),
    promotion === undefined
      ? ""
      : [promotion.before ?? "-", promotion.by, ...meaningParts(promotion, most(4, 1))].join(":"),
    waiting === undefined ? "" : [waiting.version.versionId, waiting.key].join(":"),
    memory.replaced.toString(36),
  ].join(";");
}

function progressText(progress: Progress | undefined, most: number): string {
  if (progress === undefined) return "";
  const { version, share, meant, under } = progress;
  return [version.versionId, share, meant === share ? "" : meant, under, ...meaningParts(progress, most)].join(":");
}

/** The lowest meanings: one that is lost lets a weight mean what it says. */
function meaningParts({ meanings }: Pick<Progress, "meanings">, most: number): (string | number)[] {
  return sortedMeanings(meanings).slice(0, most).flat();
}

function withCount(id: string, count: number): string {
  return count === 0 ? id : `${id}:${count}`;
}

const NUMBER = /^\d{1,17}$/;
const BASE36 = /^[0-9a-z]{1,12}$/;

/** The memory in a record; undefined for text that is none, or of a scheme not known here. */
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
  const [id = "", share, meant, under = "", ...meanings] = text.split(":");
  const given = number(share);
  return {
    version: bare(id),
    share: given,
    meant: meant === "" ? given : number(meant),
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
  const [id = "", key = ""] = text.split(":");
  return { version: bare(id), key };
}

function parseRejection(text: string): Rejection {
  const [id = "", count = "0"] = text.split(":");
  return { version: bare(id), retry: number(count) };
}

function parseLowering(text: string): Lowering {
  const [id = "", share, retry] = text.split(":");
  return { version: bare(id), share: number(share), retry: number(retry) };
}

function items(list: string): string[] {
  return list === "" ? [] : list.split(",");
}
