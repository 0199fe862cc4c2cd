/** Reads the split and the memory of a release from its live alias. Pure. */
import type { ObservedAlias } from "../model";
import { splitMark } from "../owner";
import { type Tenths, fromFraction } from "../weights";
import type { Memory } from "./memory";
import { parseRecord } from "./record";
import { type Split, sharesOf } from "./split";

/** The split of a live alias, including all additional versions. */
export function splitOf({ versionId = "", additionalVersionWeight = {} }: ObservedAlias): Split {
  const weights = Object.entries(additionalVersionWeight).filter(([id]) => id !== versionId);
  const shares = weights.map(([id, fraction]): [string, Tenths] => [id, fromFraction(Number(fraction))]);
  return { main: versionId, additional: Object.fromEntries(shares.filter(([, share]) => share > 0)) };
}

/** The memory in the description of an alias; undefined if there is none. */
export function memoryInDescription(alias: ObservedAlias | undefined): Memory | undefined {
  return alias === undefined ? undefined : parseRecord(splitMark(alias.description).record);
}

/** Map from version id to share in percent, of a live alias. */
export function livePercent(alias: ObservedAlias): Record<string, number> {
  const shares = Object.entries(sharesOf(splitOf(alias)));
  return Object.fromEntries(shares.map(([id, share]) => [id, share / 10]));
}
