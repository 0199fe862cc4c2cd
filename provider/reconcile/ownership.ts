/** Objects that carry their owner in their description: whose they are decides whether they may be touched. */
import type { CommonInputs } from "../core/common";
import { ownerIdIn, splitMark } from "../core/owner";
import type { Session } from "./session";

/** What is asked of an object before it is changed or deleted. */
export interface Claim extends Pick<CommonInputs, "resourceUrn" | "owner" | "adopt"> {
  /** The object as messages name it. */
  readonly label: string;
  /** Its kind with its article: `an alias`. */
  readonly kind: string;
  /** The argument that names it. */
  readonly named: string;
}

/** An object of another owner is never touched; one without any is ours if state knows it or the program adopts it. */
export function assertOurs(claim: Claim, description: string | undefined, known: boolean): void {
  const { mark: owner } = splitMark(description);
  if (owner === ownerIdIn(claim.owner)) return;
  if (owner === undefined && (known || claim.adopt === true)) return;
  const whose = owner === undefined ? "it has no owner" : `another resource made it (owner ${owner})`;
  const take = owner === undefined ? "set adopt: true to take it over" : "clear its description and set adopt: true";
  throw new Error(
    `${claim.label}: ${claim.kind} of this name exists already, and ${whose}. Nothing was changed. Choose another ` +
      `${claim.named}, or ${take}`,
  );
}

/** Whether an object may be deleted; another's is left as it is, with a warning. */
export function mayDelete(session: Session, claim: Claim, description: string | undefined): boolean {
  const { mark: owner } = splitMark(description);
  if (owner === undefined || owner === ownerIdIn(claim.owner)) return true;
  const said = `${claim.label} belongs to another resource by now (owner ${owner}): left as it is`;
  session.report.warning(claim.resourceUrn, said);
  return false;
}
