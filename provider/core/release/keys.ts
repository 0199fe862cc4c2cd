/** Config keys of a release. Pure. Every program loads this file, so it imports nothing. */

/** Keys whose value is a list or a map, as JSON. */
export const OBJECT_KEYS = ["steps", "analysis"] as const;

/** Keys whose value is text. */
export const TEXT_KEYS = ["weight", "strategy", "hold", "reject", "retry", "keep"] as const;

/** All config keys of a release. */
export const RELEASE_KEYS: readonly string[] = [...TEXT_KEYS, ...OBJECT_KEYS, "rev"];
