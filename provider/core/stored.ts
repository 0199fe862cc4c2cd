/** The short form of members in state: it leaves out what can be computed from other members. Pure. */
import { ownerOf, ownerText } from "./owner";

type Members = Readonly<Record<string, unknown>>;

/** The common beginning of this package's types in a TypeScript program, and its short form in a URN in state. */
const TYPE = "pulumi-nodejs:dynamic/alicloud-fc:";
const SHORT = "~";

/** Members in the form of state: the URN is in its short form. */
export function stored(members: Members): Record<string, unknown> {
  return withUrn(members, TYPE, SHORT);
}

/**
 * Inputs in the form of state. The owner is left out where it follows from the URN; an owner kept from a former name
 * stays.
 */
export function storedInputs(members: Members): Record<string, unknown> {
  const { owner, ...rest } = members;
  const { resourceUrn: urn } = withUrn(members, SHORT, TYPE);
  return stored(typeof urn === "string" && owner === ownOwner(urn) ? rest : members);
}

/** The full form of members that come from state or from a program. */
export function restored(members: Members): Record<string, unknown> {
  const whole = withUrn(members, SHORT, TYPE);
  const { resourceUrn: urn } = whole;
  return typeof urn === "string" && urn.startsWith("urn:") ? { owner: ownOwner(urn), ...whole } : whole;
}

function ownOwner(urn: string): string {
  return ownerText(ownerOf(urn));
}

/**
 * The members with the beginning of the resource's own type replaced in the URN. The types of its parents, which come
 * first, stay.
 */
function withUrn(members: Members, from: string, to: string): Record<string, unknown> {
  const { resourceUrn: urn } = members;
  if (typeof urn !== "string") return { ...members };
  const [stack = "", project = "", types = "", ...name] = urn.split("::");
  const own = types.split("$");
  const type = own.pop() ?? "";
  if (name.length === 0 || !type.startsWith(from)) return { ...members };
  const path = [...own, to + type.slice(from.length)].join("$");
  return { ...members, resourceUrn: [stack, project, path, ...name].join("::") };
}
