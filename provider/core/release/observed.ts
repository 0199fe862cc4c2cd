/** Reads split and memory of a release from its live alias. Pure. */
import type { ObservedAlias } from "../model";
import { splitMark } from "../owner";
import { type Tenths, fromFraction } from "../weights";
import type { Memory } from "./memory";
import { parseRecord } from "./record";
import { type Split, sharesOf } from "./rules";

/** The split of an alias, every version in it. */
export function splitOf({ versionId = "", additionalVersionWeight = {} }: ObservedAlias): Split {
  const weights = Object.entries(additionalVersionWeight).filter(([id]) => id !== versionId);
  const shares = weights.map(([id, fraction]): [string, Tenths] => [id, fromFraction(Number(fraction))]);
  return { main: versionId, additional: Object.fromEntries(shares.filter(([, share]) => share > 0)) };
}

/** The memory in an alias's description. */
export function carriedMemory(alias: ObservedAlias | undefined): Memory | undefined {
  return alias === undefined ? undefined : parseRecord(splitMark(alias.description).record);
}

/** Version id to share in percent, of a live alias. */
export function livePercent(alias: ObservedAlias): Record<string, number> {
  const shares = Object.entries(sharesOf(splitOf(alias)));
  return Object.fromEntries(shares.map(([id, share]) => [id, share / 10]));
}
