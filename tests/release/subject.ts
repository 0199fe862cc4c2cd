/** One run of a release, with the functions that the provider process calls: check, diff, plan, body, outputs, refresh. */
import type { ObservedAlias } from "../../provider/core/model";
import {
  type Proposal,
  type ReleaseInputs,
  type ReleaseOutputs,
  checkRelease,
  describePlan,
  diffRelease,
  planRelease,
  protectedVersions,
  refreshedRelease,
  releaseBody,
  releaseOutputs,
  storedMemory,
} from "../../provider/core/release";
import { livePercent } from "../../provider/core/release/observed";
import { UNKNOWN } from "../../provider/core/unknown";

/** The inputs of a run, from the program and from config. */
export interface RunInputs {
  /** Undefined in a preview that does not know the version yet. */
  readonly versionId: string | undefined;
  readonly fingerprint: string;
  readonly environment: string;
  readonly revision: number;
  /** The keys of the release in config. */
  readonly keys: Readonly<Record<string, unknown>>;
  readonly aliasName: string;
}

/** The result of a run. */
export interface Outcome {
  /** The write of the alias. Undefined if the run does not write it. */
  readonly write?: { versionId: string; additionalVersionWeight: Record<string, number>; description: string };
  /** State after the run. Undefined if the old state stays. */
  readonly state?: ReleaseOutputs;
  readonly failure?: string;
  readonly sentence?: string;
  readonly notices: readonly string[];
}

/** The result of a preview. */
export interface Preview {
  /** True if the engine would update the release. */
  readonly changes: boolean;
  readonly sentence?: string;
  readonly notices: readonly string[];
  readonly failure?: string;
}

const PLACE = { region: "cn-hangzhou", accountId: "1234567890123456" };
const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Release::api";

/** The time of all previews, in seconds since 1970. */
const NOW = 1_800_000_000;

/** The checked inputs of a run. */
export function inputsOf(state: ReleaseOutputs | undefined, run: RunInputs): ReleaseInputs {
  const news = {
    ...PLACE,
    ...{ resourceUrn: URN, functionName: "api", aliasName: run.aliasName, versionId: run.versionId ?? UNKNOWN },
    ...{ fingerprint: run.fingerprint, environmentFingerprint: run.environment, revision: run.revision },
    ...run.keys,
  };
  const { inputs, failures } = checkRelease(state ?? {}, news);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
  return inputs as unknown as ReleaseInputs;
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  throw error;
}

/** The preview of a run, from state alone. */
export function preview(state: ReleaseOutputs | undefined, run: RunInputs): Preview {
  try {
    const inputs = inputsOf(state, run);
    if (state === undefined) return { changes: true, notices: [] };
    const { announcement: says, changes } = diffRelease(state, inputs, NOW);
    const sentence = says?.sentence === undefined ? {} : { sentence: says.sentence };
    const failure = says?.failure === undefined ? {} : { failure: says.failure };
    return { changes: changes !== false, ...sentence, ...failure, notices: says?.warnings ?? [] };
  } catch (error) {
    return { changes: true, notices: [], failure: messageOf(error) };
  }
}

/** A run on the given alias. The engine calls `update` only if `diff` returns a change. */
export function run(
  state: ReleaseOutputs | undefined,
  alias: ObservedAlias | undefined,
  exists: (versionId: string) => boolean,
  desired: RunInputs,
  proposal?: Proposal,
): Outcome {
  try {
    const inputs = inputsOf(state, desired);
    if (state !== undefined) {
      const { changes, announcement: says } = diffRelease(state, inputs, NOW);
      if (changes === false) return { notices: says?.warnings ?? [] };
    }
    const plan = planRelease(inputs, storedMemory(state), alias, exists, proposal);
    const body = releaseBody(inputs, plan);
    const written = plan.writes ? body : (alias as ObservedAlias);
    const { sentence, warnings } = describePlan(alias === undefined ? {} : livePercent(alias), inputs, plan);
    return {
      ...(plan.writes ? { write: body } : {}),
      state: releaseOutputs(inputs, plan, written, state ?? {}),
      ...(plan.decision.failure === undefined ? {} : { failure: plan.decision.failure }),
      ...(sentence === undefined ? {} : { sentence }),
      notices: warnings,
    };
  } catch (error) {
    return { failure: messageOf(error), notices: [] };
  }
}

/** State after `pulumi refresh`. */
export function refresh(state: ReleaseOutputs, alias: ObservedAlias | undefined): ReleaseOutputs {
  return refreshedRelease(state, alias, () => true);
}

/** The versions that pruning must not delete. */
export function kept(state: ReleaseOutputs): string[] {
  return protectedVersions(state.memory);
}
