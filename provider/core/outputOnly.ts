/**
 * The outputs of each kind of resource that are no inputs, listed once. The resource classes register them, and `v1.ts` keeps
 * them out of the inputs that a refresh returns. Pure.
 */
import type { AliasInputs, AliasOutputs } from "./alias";
import type { FunctionInputs, FunctionOutputs } from "./function/inputs";
import type { ReleaseInputs } from "./release/inputs";
import type { ReleaseOutputs } from "./release/state";
import type { HttpTriggerInputs, HttpTriggerOutputs } from "./trigger";
import type { VersionInputs, VersionOutputs } from "./version";

/**
 * One member for each output that is no input, except `Others`. Every value is undefined: the names count. The compiler refuses
 * a table that lacks an output.
 */
type OutputOnly<Outputs, Inputs, Others = never> = {
  readonly [Name in Exclude<keyof Outputs, keyof Inputs | Others>]-?: undefined;
};

// The first member of each table is in the state of every object, also of an unfinished one.

/** Of a `Function`. `unseenValues` is never stored. */
export const FUNCTION_OUTPUTS: OutputOnly<FunctionOutputs, FunctionInputs, "unseenValues"> = {
  functionId: undefined,
  codeChecksum: undefined,
  codeSize: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
  content: undefined,
  observed: undefined,
};

/** Of a `Version`. */
export const VERSION_OUTPUTS: OutputOnly<VersionOutputs, VersionInputs> = {
  published: undefined,
  versionId: undefined,
  previousVersionId: undefined,
  createdTime: undefined,
};

/** Of an `Alias`. */
export const ALIAS_OUTPUTS: OutputOnly<AliasOutputs, AliasInputs> = {
  split: undefined,
  mainVersionId: undefined,
  missingVersions: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
};

/** Of an `HttpTrigger`. */
export const HTTP_TRIGGER_OUTPUTS: OutputOnly<HttpTriggerOutputs, HttpTriggerInputs> = {
  triggerId: undefined,
  url: undefined,
  intranetUrl: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
};

/** Of a `Release`, which only state has: programs do not see them. */
export const RELEASE_INTERNAL = { environments: undefined, liveMain: undefined, formerAliases: undefined };

/** Of a `Release`. */
export const RELEASE_OUTPUTS: OutputOnly<ReleaseOutputs, ReleaseInputs, keyof typeof RELEASE_INTERNAL> = {
  memory: undefined,
  split: undefined,
  live: undefined,
  stable: undefined,
  previousStable: undefined,
  candidate: undefined,
  effectiveWeight: undefined,
  phase: undefined,
  step: undefined,
  rejected: undefined,
  keptVersions: undefined,
  judging: undefined,
  history: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
};
