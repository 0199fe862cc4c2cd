/** How an alias splits its traffic between versions. Pure. */
import { ALL, type Tenths } from "../weights";

/** The split of an alias. */
export interface Split {
  /** The main version, which gets all traffic that no other version gets. */
  readonly main: string;
  /** The other versions with their shares, without the main version. */
  readonly additional: Readonly<Record<string, Tenths>>;
}

/** The share of a version in a split. */
export function shareOf({ main, additional }: Split, versionId: string): Tenths {
  if (versionId !== main) return additional[versionId] ?? 0;
  return ALL - Object.values(additional).reduce((sum, share) => sum + share, 0);
}

/**
 * Map from version id to share, without the versions that have no traffic. JavaScript sorts members with integer names
 * by number, so the lowest version is the first.
 */
export function sharesOf(split: Split): Record<string, Tenths> {
  const ids = [...new Set([split.main, ...Object.keys(split.additional)])];
  const shares = ids.map((id): [string, Tenths] => [id, shareOf(split, id)]);
  return Object.fromEntries(shares.filter(([, share]) => share > 0));
}

/** True if two splits give every version the same traffic, whichever version is the main one. */
export function sameTraffic(a: Split, b: Split): boolean {
  return JSON.stringify(sharesOf(a)) === JSON.stringify(sharesOf(b));
}

/** Formats a share for messages: `25 %`, `0.5 %`. */
export function percent(share: Tenths): string {
  return `${share / 10} %`;
}
