/** The short form of members in state. The short form leaves out members that can be computed from others. Pure. */
import { ownerOf, ownerText } from "./owner";
import { placeIn } from "./place";

type Members = Readonly<Record<string, unknown>>;

/** The beginning of a URN, which state leaves out. */
const URN = "urn:pulumi:";
/** The common beginning of the types of this package in a TypeScript program. */
const TYPE = "pulumi-nodejs:dynamic/alicloud-fc:";
/**
 * Text that replaces the beginning {@link TYPE} of a type in state. The kind of the resource stays in state, because an
 * engine alias may give a resource another kind while it keeps its owner.
 */
const SHORT = "~";

/**
 * Converts members to the form of state: the URN is shortened, and an owner that can be computed is left out. An owner
 * from a former name is kept.
 */
export function stored(members: Members): Record<string, unknown> {
  const { resourceUrn: urn, owner, ...rest } = members;
  if (typeof urn !== "string") return { ...members };
  const whole = longUrn(urn);
  const kept = owner === undefined || owner === ownOwner(whole) ? {} : { owner };
  return { ...rest, ...kept, resourceUrn: shortUrn(whole) };
}

/**
 * Converts outputs to the form of state: region and account are left out, because the id contains them. A function
 * keeps both as outputs.
 */
export function storedOutputs(kind: string, members: Members): Record<string, unknown> {
  if (kind === "Function") return stored(members);
  const { region: _region, accountId: _accountId, ...rest } = members;
  return stored(rest);
}

/**
 * Converts members from state, or from a program, to their full form. `id` is the id of the resource, if it has one.
 */
export function restored(members: Members, id?: string): Record<string, unknown> {
  const place = id === undefined ? undefined : placeIn(id);
  const { resourceUrn: given } = members;
  if (typeof given !== "string") return { ...place, ...members };
  const urn = longUrn(given);
  return { ...place, ...(urn.startsWith(URN) && { owner: ownOwner(urn) }), ...members, resourceUrn: urn };
}

/**
 * Owner texts by URN. They are kept because each needs two hashes, and one run converts the members of a resource up to
 * six times.
 */
const owners = new Map<string, string>();

function ownOwner(urn: string): string {
  const owner = owners.get(urn) ?? ownerText(ownerOf(urn));
  owners.set(urn, owner);
  return owner;
}

function shortUrn(urn: string): string {
  return urn.startsWith(URN) ? withOwnType(urn, TYPE, SHORT).slice(URN.length) : urn;
}

function longUrn(urn: string): string {
  return urn.startsWith(URN) || urn.split("::").length < 4 ? urn : withOwnType(URN + urn, SHORT, TYPE);
}

/** The URN with the beginning of its own type changed from `from` to `to`; the types of its parents stay. */
function withOwnType(urn: string, from: string, to: string): string {
  const [stack = "", project = "", types = "", ...name] = urn.split("::");
  const path = types.split("$");
  const type = path.pop() ?? "";
  if (!type.startsWith(from)) return urn;
  return [stack, project, [...path, to + type.slice(from.length)].join("$"), ...name].join("::");
}
