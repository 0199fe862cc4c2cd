/** The short form of members in state: it leaves out what can be computed from other members. Pure. */
import { ownerOf, ownerText } from "./owner";
import { placeIn } from "./place";

type Members = Readonly<Record<string, unknown>>;

/** How a URN begins, left out in state. */
const URN = "urn:pulumi:";
/** What every type of ours begins with in a program in TypeScript. */
const TYPE = "pulumi-nodejs:dynamic/alicloud-fc:";
/** Stands in the URN in state for the type of its own kind. */
const SHORT = "~";

/** Members for state: the URN in short, and no owner that is the resource's own. One kept from a former name stays. */
export function stored(kind: string, members: Members): Record<string, unknown> {
  const { resourceUrn: urn, owner, ...rest } = members;
  if (typeof urn !== "string") return { ...members };
  const whole = longUrn(kind, urn);
  const kept = owner === undefined || owner === ownOwner(whole) ? {} : { owner };
  return { ...rest, ...kept, resourceUrn: shortUrn(kind, whole) };
}

/** Outputs for state: as members, and without the place, which stands in the id. That of a function is one of its outputs. */
export function storedOutputs(kind: string, members: Members): Record<string, unknown> {
  if (kind === "Function") return stored(kind, members);
  const { region: _region, accountId: _accountId, ...rest } = members;
  return stored(kind, rest);
}

/** Members from state, or from a program, as everything else takes them. `id` is that of the resource, once it has one. */
export function restored(kind: string, members: Members, id?: string): Record<string, unknown> {
  const whole = { ...(id === undefined ? {} : placeIn(id)), ...members };
  const { resourceUrn: given } = whole as Members;
  if (typeof given !== "string") return whole;
  const urn = longUrn(kind, given);
  return { ...(urn.startsWith(URN) ? { owner: ownOwner(urn) } : {}), ...whole, resourceUrn: urn };
}

function ownOwner(urn: string): string {
  return ownerText(ownerOf(urn));
}

function shortUrn(kind: string, urn: string): string {
  if (!urn.startsWith(URN)) return urn;
  return withOwnType(urn, TYPE + kind, SHORT).slice(URN.length);
}

function longUrn(kind: string, urn: string): string {
  if (urn.startsWith(URN) || urn.split("::").length < 4) return urn;
  return withOwnType(URN + urn, SHORT, TYPE + kind);
}

/** The URN with `to` where its own type, after those of its parents, is `from`. */
function withOwnType(urn: string, from: string, to: string): string {
  const [stack = "", project = "", types = "", ...name] = urn.split("::");
  const path = types.split("$");
  if (path.pop() !== from) return urn;
  return [stack, project, [...path, to].join("$"), ...name].join("::");
}
