/** The short form of members in state: it leaves out what can be computed from other members. Pure. */
import { ownerOf, ownerText } from "./owner";
import { placeIn } from "./place";

type Members = Readonly<Record<string, unknown>>;

/** How a URN begins, left out in state. */
const URN = "urn:pulumi:";
/** The common beginning of this package's types in a TypeScript program. */
const TYPE = "pulumi-nodejs:dynamic/alicloud-fc:";
/** Stands for it in state. The kind stays: a resource may get another one by an alias of the engine, and keeps its owner. */
const SHORT = "~";

/** Members for state: the URN in short, and no owner that is the resource's own. One kept from a former name stays. */
export function stored(members: Members): Record<string, unknown> {
  const { resourceUrn: urn, owner, ...rest } = members;
  if (typeof urn !== "string") return { ...members };
  const whole = longUrn(urn);
  const kept = owner === undefined || owner === ownOwner(whole) ? {} : { owner };
  return { ...rest, ...kept, resourceUrn: shortUrn(whole) };
}

/** Outputs for state: as members, and without the place, which stands in the id. That of a function is one of its outputs. */
export function storedOutputs(kind: string, members: Members): Record<string, unknown> {
  if (kind === "Function") return stored(members);
  const { region: _region, accountId: _accountId, ...rest } = members;
  return stored(rest);
}

/** Members from state, or from a program, as everything else takes them. `id` is that of the resource, once it has one. */
export function restored(members: Members, id?: string): Record<string, unknown> {
  const whole = { ...(id === undefined ? {} : placeIn(id)), ...members };
  const { resourceUrn: given } = whole as Members;
  if (typeof given !== "string") return whole;
  const urn = longUrn(given);
  return { ...(urn.startsWith(URN) ? { owner: ownOwner(urn) } : {}), ...whole, resourceUrn: urn };
}

function ownOwner(urn: string): string {
  return ownerText(ownerOf(urn));
}

function shortUrn(urn: string): string {
  return urn.startsWith(URN) ? withOwnType(urn, TYPE, SHORT).slice(URN.length) : urn;
}

function longUrn(urn: string): string {
  return urn.startsWith(URN) || urn.split("::").length < 4 ? urn : withOwnType(URN + urn, SHORT, TYPE);
}

/** The URN whose own type, after those of its parents, begins with `to` in place of `from`. */
function withOwnType(urn: string, from: string, to: string): string {
  const [stack = "", project = "", types = "", ...name] = urn.split("::");
  const path = types.split("$");
  const type = path.pop() ?? "";
  if (!type.startsWith(from)) return urn;
  return [stack, project, [...path, to + type.slice(from.length)].join("$"), ...name].join("::");
}
