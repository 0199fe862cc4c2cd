/** A release: an alias whose traffic moves by the rules of docs/releases.md. Pure. */
export { diffRelease } from "./diff";
export { type ReleaseInputs, checkRelease, releaseLabel } from "./inputs";
export {
  type ReleaseJudging,
  type JudgingWindow,
  isUnmoved,
  judgingAfter,
  policyOfRelease,
  recordToContinue,
  windowOf,
} from "./judging";
export { type Memory, laterMemory, protectedVersions } from "./memory";
export { memoryInDescription } from "./observed";
export { observedRelease, refreshedRelease, releaseOutputs } from "./outputs";
export { type Plan, assertMayRename, keepsSplit, planRelease, releaseBody } from "./plan";
export type { Judgeable, Proposal } from "./rules/decision";
export { describeFirst, describeNewerAlias, describePlan } from "./announcement";
export { type Phase, type ReleaseOutputs, storedMemory } from "./state";
