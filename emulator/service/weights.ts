/** The shares of an alias's versions, and the choice of a version for a request. */
import type { StoredAlias } from "../state/model";

/** Map from version id to share, 0 to 1. The main version has the rest. Pure. */
export function sharesOf(alias: StoredAlias): Record<string, number> {
  const additional = Object.values(alias.additionalVersionWeight).reduce((sum, share) => sum + share, 0);
  return { ...alias.additionalVersionWeight, [alias.versionId]: Math.max(0, 1 - additional) };
}

/**
 * Chooses the version for a request through an alias at random, by weight. `random` returns a number from 0 (inclusive)
 * to 1 (exclusive).
 */
export function drawVersion(alias: StoredAlias, random: () => number): string {
  const shares = Object.entries(alias.additionalVersionWeight);
  if (shares.length === 0) return alias.versionId;
  const drawn = random();
  let upTo = 0;
  for (const [versionId, share] of shares) {
    upTo += share;
    if (drawn < upTo) return versionId;
  }
  return alias.versionId;
}
