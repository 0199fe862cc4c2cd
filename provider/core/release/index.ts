/** A release: an alias that remembers which version is stable. Its rules stand in docs/releases.md. Pure. */
export { diffRelease } from "./diff";
export { type ReleaseInputs, checkRelease, releaseLabel } from "./inputs";
export { type ReleaseJudging, type Stretch, goingOn, judgingAfter, policyOfRelease, stretchOf } from "./judging";
export { type Memory, laterMemory, protectedVersions } from "./memory";
export { carriedMemory } from "./observed";
export { observedRelease, refreshedRelease, releaseOutputs } from "./outputs";
export { type Plan, continuesAs, planRelease, releaseBody } from "./plan";
export type { Judgeable, Proposal } from "./rules";
export { describeFirst, describePlan } from "./announcement";
export { type Phase, type ReleaseOutputs, storedMemory } from "./state";
