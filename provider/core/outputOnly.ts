/**
 * Lists the outputs of each kind of resource that are not inputs. The resource classes register them, and `v1.ts`
 * removes them from the inputs that a refresh returns. Pure.
 */
import type { AliasInputs, AliasOutputs } from "./alias";
import type { FunctionInputs, FunctionOutputs } from "./function/inputs";
import type { ReleaseInputs } from "./release/inputs";
import type { ReleaseOutputs } from "./release/state";
import type { HttpTriggerInputs, HttpTriggerOutputs } from "./trigger";
import type { VersionInputs, VersionOutputs } from "./version";

/**
 * One member for each output that is not an input, except `Others`. Every value is undefined, because only the names
 * are used. The compiler refuses a table in which an output is missing.
 */
type OutputOnly<Outputs, Inputs, Others = never> = {
  readonly [Name in Exclude<keyof Outputs, keyof Inputs | Others>]-?: undefined;
};

// The first member of each table below is in the state of every object of this kind, also of an unfinished object.

/** Outputs of a `Function`. `unseenValues` is never stored. */
export const FUNCTION_OUTPUTS: OutputOnly<FunctionOutputs, FunctionInputs, "unseenValues"> = {
  functionId: undefined,
  codeChecksum: undefined,
  codeSize: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
  content: undefined,
  observed: undefined,
};

/** Outputs of a `Version`. */
export const VERSION_OUTPUTS: OutputOnly<VersionOutputs, VersionInputs> = {
  published: undefined,
  versionId: undefined,
  previousVersionId: undefined,
  createdTime: undefined,
};

/** Outputs of an `Alias`. */
export const ALIAS_OUTPUTS: OutputOnly<AliasOutputs, AliasInputs> = {
  split: undefined,
  mainVersionId: undefined,
  missingVersions: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
};

/** Outputs of an `HttpTrigger`. */
export const HTTP_TRIGGER_OUTPUTS: OutputOnly<HttpTriggerOutputs, HttpTriggerInputs> = {
  triggerId: undefined,
  url: undefined,
  intranetUrl: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
};

/** Outputs of a `Release` that only state has; programs cannot read them. */
export const RELEASE_INTERNAL = { environments: undefined, liveMain: undefined, formerAliases: undefined };

/** Outputs of a `Release`. */
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
