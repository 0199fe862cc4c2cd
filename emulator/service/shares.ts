/** What each version gets of an alias's requests. Pure. */
import type { StoredAlias } from "../state/model";

/** Shares, 0 to 1, by version; the main version has what the others leave. */
export function sharesOf(alias: StoredAlias): Record<string, number> {
  const additional = Object.values(alias.additionalVersionWeight).reduce((sum, share) => sum + share, 0);
  return { ...alias.additionalVersionWeight, [alias.versionId]: Math.max(0, 1 - additional) };
}
