/** Decides by the steps of a preview whether a subcommand may run the program. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import type { StoredRelease } from "../../provider/rollout";
import { Refused } from "../refused";

/** A step of a preview: what would be done with one resource. */
export type Step = Pick<StepEventMetadata, "op" | "urn"> & {
  readonly old?: { readonly inputs?: Readonly<Record<string, unknown>> };
  readonly new?: { readonly inputs?: Readonly<Record<string, unknown>> };
};

/** Steps that change no resource. A run for one release has such a step for every resource that it leaves as it is. */
const UNCHANGED: readonly string[] = ["same", "read", "refresh"];

/**
 * Inputs of a release that are not keys of config. `check` computes the other inputs of a release from these, or from
 * the version.
 */
const OTHER_INPUTS = ["region", "accountId", "functionName", "aliasName", "description", "configNamespace"];

/**
 * Throws {@link Refused} unless a run would update the release, or leave it as it is, and would change nothing else.
 *
 * @param stack name of the stack, for messages
 * @param whole whether the whole program runs; other resources and other inputs may then change
 */
export function assertOnlyRelease(
  steps: readonly Step[],
  release: StoredRelease,
  { stack, whole }: { readonly stack: string; readonly whole: boolean },
): void {
  const own = steps.filter(({ op, urn }) => urn === release.urn && op !== "refresh");
  if (own.some(({ op }) => op === "delete") || own.length === 0) throw new Refused(missingWords(release, stack));
  const refused = own.find(({ op }) => op !== "same" && op !== "update");
  if (refused !== undefined)
    throw new Refused(
      `the checkout also replaces the release (${refused.op} ${release.urn}), which this command does not do. ${REMEDY}`,
    );
  if (whole) return;
  const other = steps.find(({ op, urn }) => urn !== release.urn && !UNCHANGED.includes(op) && !isDefaultProvider(urn));
  if (other !== undefined)
    throw new Refused(
      `the run would also change another resource (${other.op} ${other.urn}), which this command does not do. ${REMEDY}`,
    );
  const changed = own.flatMap((step) => changedInputs(step, release));
  if (changed.length > 0)
    throw new Refused(
      `the checkout also changes ${changed.join(", ")} of the release, which this command does not deploy. ${REMEDY}`,
    );
}

const REMEDY = "Nothing was changed. Run pulumi up of the whole program first, or undo that change";

function missingWords({ name, urn }: StoredRelease, stack: string): string {
  return (
    `the program of this checkout does not have the release ${name} of stack ${stack} under this name: the run would delete ${urn}. Nothing was ` +
    `changed. If the release has another name in the program, give its former name in Pulumi's option aliases, run pulumi up of the ` +
    `whole program, then run this command again`
  );
}

/**
 * Whether a resource is the provider that Pulumi makes by itself: such a provider has the config in its inputs, so each
 * change of config changes the provider.
 */
function isDefaultProvider(urn: string): boolean {
  return /::pulumi:providers:[^:]+::default[^:]*$/.test(urn);
}

function changedInputs({ old, new: next }: Step, { outputs }: StoredRelease): string[] {
  const changes = OTHER_INPUTS.map((name) => [name, old?.inputs?.[name], next?.inputs?.[name]] as const);
  return [...changes, ["versionId", outputs.versionId, next?.inputs?.["versionId"]] as const]
    .filter(([, before, after]) => !isDeepStrictEqual(before, after))
    .map(([name, before, after]) => `${name} (${words(before)} to ${words(after)})`);
}

/**
 * The releases that read a changed config key, by the steps of a preview with the new value.
 *
 * @param value the new value; undefined if the key is removed
 */
export function readersOf(
  steps: readonly Step[],
  releases: readonly StoredRelease[],
  { key, value }: { readonly key: string; readonly value: string | undefined },
): StoredRelease[] {
  const reads = ({ old, new: next }: Step): boolean => {
    const [before, after] = [old?.inputs?.[key], next?.inputs?.[key]];
    // The input of `hold` is no text.
    return !isDeepStrictEqual(before, after) && [after, JSON.stringify(after)].includes(value);
  };
  return releases.filter(({ urn }) => steps.some((step) => step.urn === urn && step.op === "update" && reads(step)));
}

/** The inputs that the program gives a release; undefined if the program does not have this release. */
export function givenInputs(
  steps: readonly Step[],
  { urn }: StoredRelease,
): Readonly<Record<string, unknown>> | undefined {
  return steps.findLast((step) => step.urn === urn && ["same", "update"].includes(step.op))?.new?.inputs;
}

function words(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
