/** The inputs of an object that `pulumi import` reads: the arguments that a program would need for it. Pure. */
import { equal } from "../core/canonical";
import { emptyValue, isSettingName, normalise } from "../core/function";
import type { Kind } from "../resources/tokens";

type Props = Readonly<Record<string, unknown>>;

/** Kinds of objects that can be imported. */
export type Importable = Exclude<Kind, "Version" | "Release">;

/** Throws for a kind whose objects cannot be imported. */
export function assertImportableKind(kind: Kind, id: string): asserts kind is Importable {
  if (kind === "Version")
    throw new Error(`${id}: a version is not imported: pulumi up finds the one that holds what LATEST holds`);
  if (kind === "Release")
    throw new Error(`${id}: a release is not imported: set adopt: true, and pulumi up takes the alias over`);
}

/**
 * The inputs for an object, from a read of it. `read` holds the inputs that the read returned, `seen` the outputs. The
 * code cannot be read: it gets a hash that no code has, so that the first `up` sends the program's code.
 */
export function importedInputs(kind: Importable, read: Props, seen: Props): Record<string, unknown> {
  if (kind === "Function") {
    const code = { path: "(imported)", hash: `live:${String(seen["codeChecksum"])}` };
    return { ...read, ...settings(seen), ...(seen["customContainerConfig"] === undefined ? { code } : {}) };
  }
  return kind === "Alias" ? { ...read, ...pointing(seen) } : { ...read };
}

/** The settings that the program has to give: those whose value differs from that of a setting left out. */
function settings(seen: Props): Props {
  const set = Object.entries(seen).filter(
    ([name, value]) => isSettingName(name) && !equal(normalise(name, value), normalise(name, emptyValue(name))),
  );
  return Object.fromEntries(set);
}

/** Main version and canary of an alias. */
function pointing({ mainVersionId, split }: Props): Props {
  const [canary] = Object.entries((split ?? {}) as Readonly<Record<string, number>>).filter(
    ([id]) => id !== mainVersionId,
  );
  if (canary === undefined) return { versionId: mainVersionId };
  const [versionId, share] = canary;
  return { versionId: mainVersionId, canary: { versionId, weight: share < 1 ? `${share}%` : share } };
}
