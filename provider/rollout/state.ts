/** Releases in an exported stack. Pure. */
import type { ReleaseOutputs } from "../core/release";
import { resourceNameOf } from "../core/owner";
import { stepShares } from "../core/release/outputs";
import { restored } from "../core/stored";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../core/signatures";
import { packageToken, typeToken } from "../resources/tokens";

/** A release in state. */
export interface StoredRelease {
  readonly urn: string;
  /** Name of the resource. */
  readonly name: string;
  readonly outputs: ReleaseOutputs;
}

/** One resource of an exported stack. Source: Pulumi `sdk/go/common/apitype` (ResourceV3). */
interface Resource {
  readonly urn?: string;
  readonly id?: string;
  readonly type?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** True for a resource that was replaced but is not deleted yet. */
  readonly delete?: boolean;
}

const TYPES: readonly string[] = [typeToken("Release"), packageToken("Release")];

/**
 * The releases in the output of `pulumi stack export --show-secrets`, in the order of state, whatever the language of
 * the program. A release whose first run did not finish is left out, because it has no memory.
 */
export function releasesIn(exported: unknown): StoredRelease[] {
  const { deployment } = (exported ?? {}) as { deployment?: { resources?: readonly Resource[] } | null };
  return (deployment?.resources ?? []).flatMap(({ urn = "", id, type = "", outputs = {}, ...rest }) => {
    if (!TYPES.includes(type) || rest.delete === true) return [];
    const plain = restored(opened(outputs) as object as Record<string, unknown>, id) as Partial<ReleaseOutputs>;
    return plain.memory === undefined ? [] : [{ urn, name: resourceNameOf(urn), outputs: plain as ReleaseOutputs }];
  });
}

/** The steps of a release in percent, ascending, with 100 as the last. */
export function stepsOf({ steps }: Pick<ReleaseOutputs, "steps">): number[] {
  return stepShares({ steps }).map((tenths) => tenths / 10);
}

/** Values without the marks of secrets. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  if (members[SIGNATURE_KEY] === SECRET_SIGNATURE) {
    const { plaintext } = members;
    return typeof plaintext === "string" ? opened(JSON.parse(plaintext)) : undefined;
  }
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, opened(member)]));
}
