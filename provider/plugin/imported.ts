/** The inputs of an object that `pulumi import` reads: the arguments that a program would need for the object. Pure. */
import { equal } from "../core/canonical";
import { emptyValue, isSettingName, normalise } from "../core/function";
import type { Kind } from "../resources/tokens";

type Props = Readonly<Record<string, unknown>>;

/** Kinds of objects that can be imported. */
export type Importable = Exclude<Kind, "Version" | "Release">;

/** Throws for a kind of object that cannot be imported. */
export function assertImportableKind(kind: Kind, id: string): asserts kind is Importable {
  if (kind === "Version")
    throw new Error(`${id}: a version is not imported: pulumi up finds the one that holds what LATEST holds`);
  if (kind === "Release")
    throw new Error(`${id}: a release is not imported: set adopt: true, and pulumi up takes the alias over`);
}

/**
 * The inputs for an object. `read` contains the inputs that a read returned, `seen` the outputs. The code of a function
 * cannot be read, so its input gets a hash that no code has. The first `up` then sends the program's code.
 */
export function importedInputs(kind: Importable, read: Props, seen: Props): Record<string, unknown> {
  if (kind === "Function") {
    const code = { path: "(imported)", hash: `live:${String(seen["codeChecksum"])}` };
    return { ...read, ...settings(seen), ...(seen["customContainerConfig"] === undefined ? { code } : {}) };
  }
  return kind === "Alias" ? { ...read, ...pointing(seen) } : { ...read };
}

/**
 * The settings that the program must set: those whose live value differs from the value of a setting that a program
 * leaves out.
 */
function settings(seen: Props): Props {
  const set = Object.entries(seen).filter(
    ([name, value]) => isSettingName(name) && !equal(normalise(name, value), normalise(name, emptyValue(name))),
  );
  return Object.fromEntries(set);
}

/**
 * The canary form of an alias, which names no main version: the main version then stays until the weight is 100. With a main
 * version in the program, the next code could get all traffic at once.
 */
function pointing({ mainVersionId, split }: Props): Props {
  const shares = Object.entries((split ?? {}) as Readonly<Record<string, number>>);
  const [canary, ...more] = shares.filter(([id]) => id !== mainVersionId);
  if (more.length > 0)
    throw new Error(
      `versions: got ${shares.length}; allowed: a main version and one more. Take one away by hand, and import the alias again`,
    );
  if (canary === undefined) return { canary: { versionId: mainVersionId, weight: 0 } };
  const [versionId, share] = canary;
  return { canary: { versionId, weight: share < 1 ? `${share}%` : share } };
}
