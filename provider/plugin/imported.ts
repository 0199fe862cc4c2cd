/** The inputs of an object that `pulumi import` takes in: what a program would have to say of it. Pure. */
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
 * Inputs from what a read showed; `read` are the inputs it answered. The code itself cannot be read: it stands as one of
 * another hash, so that the first `up` sends the program's.
 */
export function importedInputs(kind: Importable, read: Props, seen: Props): Record<string, unknown> {
  if (kind === "Function") {
    const code = { path: "(imported)", hash: `live:${String(seen["codeChecksum"])}` };
    return { ...read, ...settings(seen), ...(seen["customContainerConfig"] === undefined ? { code } : {}) };
  }
  return kind === "Alias" ? { ...read, ...pointing(seen) } : { ...read };
}

/** The fields a program has to name: those that are not what leaving them out means. */
function settings(seen: Props): Props {
  const set = Object.entries(seen).filter(
    ([name, value]) => isSettingName(name) && !equal(normalise(name, value), normalise(name, emptyValue(name))),
  );
  return Object.fromEntries(set);
}

/** Main version and canary. */
function pointing({ mainVersionId, split }: Props): Props {
  const [canary] = Object.entries((split ?? {}) as Readonly<Record<string, number>>).filter(
    ([id]) => id !== mainVersionId,
  );
  if (canary === undefined) return { versionId: mainVersionId };
  const [versionId, share] = canary;
  return { versionId: mainVersionId, canary: { versionId, weight: share < 1 ? `${share}%` : share } };
}
