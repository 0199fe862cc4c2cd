/** Decides whether an object belongs to a resource; all kinds of objects use this decision. Pure. */
import { ownerIdIn, ownerWords, stackIdIn } from "./owner";

/** The owner and the identity of an object. */
export interface ObjectIdentity {
  /** The owner text in the object's tag or in the mark of its description; undefined if the object has none. */
  readonly owner: string | undefined;
  /**
   * Distinguishes two objects that had the same name one after the other: the service's id, or the time of creation if
   * there is no id.
   */
  readonly identity: string | undefined;
}

/** The resource that manages the object. */
export interface Claimant {
  /** The owner text of the resource. */
  readonly owner: string;
  /** The identity in state; undefined if the object is not in state. */
  readonly known?: Pick<ObjectIdentity, "identity">;
}

/** Result of the decision. `words` is the owner's label for messages. */
export type Ownership =
  | { readonly kind: "ours" }
  /** The object has no owner, and it is not known to be the resource's object. */
  | { readonly kind: "ownerless" }
  | { readonly kind: "another's"; readonly words: string };

/**
 * Decides whether an object belongs to a resource, by the owner in the object's tag or description. An object without
 * an owner belongs to the resource only if it has the identity in state: its mark may have been removed by hand, and
 * imported objects never had a mark.
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

/** State has no identity for an object that was created but could not be read. In this case any object is accepted. */
function sameObject(remembered: string | undefined, seen: string | undefined): boolean {
  return isBlank(remembered) || isBlank(seen) || remembered === seen;
}

function isBlank(identity: string | undefined): boolean {
  return identity === undefined || identity === "";
}

/** True for an object that any resource of the same stack created. */
export function sameStack(owner: string, standing: string | undefined): boolean {
  return stackIdIn(owner) !== undefined && stackIdIn(owner) === stackIdIn(standing);
}

/** An object and its owner in the form of messages: `trigger http (of shop/dev/api)`. */
export function withOwner(label: string, owner: string | undefined): string {
  return `${label} (${owner === undefined ? "without an owner" : `of ${ownerWords(owner)}`})`;
}
