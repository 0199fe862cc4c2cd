/** Decides whether an object belongs to a resource; one decision for every kind of object. Pure. */
import { ownerIdIn, ownerWords, stackIdIn } from "./owner";

/** By what an object is recognised. */
export interface ObjectIdentity {
  /** The owner text it carries, in a tag or in the mark of its description; undefined where it carries none. */
  readonly owner: string | undefined;
  /** What differs between two objects of the same name: the service's id, or the time of creation where there is no id. */
  readonly identity: string | undefined;
}

/** The resource that manages the object. */
export interface Claimant {
  /** Its owner text. */
  readonly owner: string;
  /** What state remembers of the object; undefined where it is not in state. */
  readonly known?: Pick<ObjectIdentity, "identity">;
}

/** An answer. `words` names an owner for people. */
export type Ownership =
  | { readonly kind: "ours" }
  /** The object names no owner, and it is not known to be the resource's own. */
  | { readonly kind: "ownerless" }
  | { readonly kind: "another's"; readonly words: string };

/**
 * Decides by the owner an object carries. One that carries none is the resource's own only where it is the very object that
 * state remembers: marks may have been removed by hand, and imported objects never had one.
 */
export function ownershipOf({ owner, known }: Claimant, standing: ObjectIdentity): Ownership {
  if (standing.owner !== undefined && standing.owner !== "") {
    const id = ownerIdIn(standing.owner);
    return id !== undefined && id === ownerIdIn(owner)
      ? { kind: "ours" }
      : { kind: "another's", words: ownerWords(standing.owner) };
  }
  return known !== undefined && sameObject(known.identity, standing.identity)
    ? { kind: "ours" }
    : { kind: "ownerless" };
}

/** State lacks the identity of an object that was made but could not be read: then any object counts as the same. */
function sameObject(remembered: string | undefined, seen: string | undefined): boolean {
  return isBlank(remembered) || isBlank(seen) || remembered === seen;
}

function isBlank(identity: string | undefined): boolean {
  return identity === undefined || identity === "";
}

/** True for an object that a resource of the same stack made, whichever of them. */
export function sameStack(owner: string, standing: string | undefined): boolean {
  return stackIdIn(owner) !== undefined && stackIdIn(owner) === stackIdIn(standing);
}
