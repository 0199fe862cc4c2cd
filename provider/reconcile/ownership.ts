/**
 * Decides what a resource may do with the live object of its name. All code that reads or writes an object uses this
 * module.
 */
import type { CommonInputs } from "../core/common";
import type { ObservedAlias, ObservedFunction, ObservedTrigger, ObservedVersion } from "../core/model";
import { OWNER_TAG, ownerOf, ownerText, splitMark } from "../core/owner";
import { type ObjectIdentity, sameStack, ownershipOf } from "../core/ownership";
import { observedTags } from "../core/function";
import type { Session } from "./session";

/** A resource, and the object that it claims. */
export interface Claim extends Pick<CommonInputs, "resourceUrn" | "owner" | "adopt"> {
  /** The object's name in messages. */
  readonly label: string;
  /** The kind of the object with its article, as messages name it: `an alias`. */
  readonly kind: string;
  /** Name of the argument with the object's name. */
  readonly named: string;
  /** Instruction for removing the owner from the object by hand. */
  readonly release: string;
  /** The identity in state; undefined if the object is not in state. */
  readonly known?: { readonly identity: string | undefined };
}

/** Owner and id of a function. */
export function functionIdentity(observed: ObservedFunction): ObjectIdentity {
  return { owner: observedTags(observed)[OWNER_TAG], identity: observed.functionId };
}

/** Owner and time of creation of an alias. */
export function aliasIdentity({ description, createdTime }: ObservedAlias): ObjectIdentity {
  return { owner: splitMark(description).owner, identity: createdTime };
}

/** Owner and time of creation of a version. */
export function versionIdentity({ description, createdTime }: ObservedVersion): ObjectIdentity {
  return { owner: splitMark(description).owner, identity: createdTime };
}

/** Owner and id of a trigger; the time of creation if there is no id. */
export function triggerIdentity({ description, triggerId, createdTime }: ObservedTrigger): ObjectIdentity {
  return { owner: splitMark(description).owner, identity: triggerId ?? createdTime };
}

/**
 * Called before a write. Throws unless the object belongs to the resource, or has no owner and the program adopts it.
 * Adoption must not change settings that the program does not mention: `lost` contains the names of settings that the
 * write would change.
 */
export function assertOurs(claim: Claim, standing: ObjectIdentity, lost: () => readonly string[]): void {
  const found = ownershipOf(claim, standing);
  if (found.kind === "ours") return;
  if (found.kind === "ownerless" && claim.adopt === true) return assertKeeps(claim, lost());
  const owner = found.kind === "ownerless" ? "it has no owner" : `it belongs to ${found.words}`;
  if (claim.known === undefined && isOfStack(claim, standing)) throw new Error(renamedWords(claim, owner));
  const why =
    claim.known === undefined
      ? `${claim.kind} of this name exists already, and ${owner}`
      : `the object of this stack was deleted or taken over by somebody else (${owner})`;
  const take =
    found.kind === "ownerless"
      ? "set adopt: true to take it over"
      : `${claim.release} and set adopt: true to take it over`;
  throw new Error(`${claim.label}: ${why}. Nothing was changed. Choose another ${claim.named}, or ${take}`);
}

/**
 * The message about an object of another resource of this stack. Usually the resource was renamed, or got another type
 * or parent. To take the object over would be wrong then: it would forget what a release remembers.
 */
function renamedWords({ label, kind, named, release }: Claim, owner: string): string {
  return (
    `${label}: ${kind} of this name exists already, and ${owner}, which is a resource of this stack. Nothing was changed. If you renamed that ` +
    `resource, or changed its type or parent, give the former one in Pulumi's option aliases, or in replaces of a CanaryRelease. For another ` +
    `object, choose another ${named}. Only if state does not have that resource: ${release}, and set adopt: true`
  );
}

/** A preview does not show the settings of an adopted object, so an adoption that would change a setting is refused. */
function assertKeeps({ label }: Claim, lost: readonly string[]): void {
  if (lost.length === 0) return;
  throw new Error(
    `${label}: adopt would change settings that the program does not mention: ${lost.join(", ")}. Nothing was changed. ` +
      `Write them into the program as they are, or change them by hand first`,
  );
}

/** Called before a deletion. Returns whether the object belongs to the resource; prints a warning if it does not. */
export function mayDelete({ report }: Pick<Session, "report">, claim: Claim, standing: ObjectIdentity): boolean {
  const why = reasonNotOwned(claim, standing);
  if (why !== undefined) report.warning(claim.resourceUrn, `${claim.label}: ${why}. It was not changed`);
  return why === undefined;
}

/** Called after a read. Returns the object, or undefined if another object has its name. */
export function onlyIfOwned<T>(
  { report }: Pick<Session, "report">,
  claim: Claim,
  found: T | undefined,
  standing: (found: T) => ObjectIdentity,
): T | undefined {
  const why = found === undefined ? undefined : reasonNotOwned(claim, standing(found));
  if (why === undefined) return found;
  report.warning(claim.resourceUrn, `${claim.label}: ${why}. The object of this stack was deleted`);
  return undefined;
}

/** Called before an import. Throws if another resource is the owner of the object. */
export function assertImportable(claim: Claim, standing: ObjectIdentity): void {
  const found = ownershipOf(claim, standing);
  if (found.kind !== "another's") return;
  throw new Error(
    `${claim.label}: it belongs to ${found.words} and was not imported. Remove it from the state there with ` +
      `retainOnDelete: true, ${claim.release}, and import it again`,
  );
}

/** True for an object that a resource of the same stack created, also under a former name of the stack. */
export function isOfStack(
  { owner, resourceUrn }: Pick<Claim, "owner" | "resourceUrn">,
  standing: Pick<ObjectIdentity, "owner">,
) {
  return [owner, ownerText(ownerOf(resourceUrn))].some((stack) => sameStack(stack, standing.owner));
}

function reasonNotOwned(claim: Claim, standing: ObjectIdentity): string | undefined {
  const found = ownershipOf(claim, standing);
  if (found.kind === "ours") return undefined;
  return found.kind === "ownerless"
    ? `${claim.kind} of this name was created again and has no owner`
    : `${claim.kind} of this name belongs to ${found.words}`;
}
