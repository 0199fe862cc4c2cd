/** Keys of config that move a release. Pure, and nothing else: every program loads it. */

/** Those whose values are lists or maps, as JSON; the others are text. */
export const OBJECT_KEYS = ["steps", "analysis"] as const;
