/** Members as they stand in state, where nothing stands that follows from something else. Pure. */
import { ownerOf, ownerText } from "./owner";

type Members = Readonly<Record<string, unknown>>;

/** What every type of ours begins with in a program in TypeScript, and what stands for it in a URN in state. */
const TYPE = "pulumi-nodejs:dynamic/alicloud-fc:";
const SHORT = "~";

/** Members for state: the URN in its short form. */
export function stored(members: Members): Record<string, unknown> {
  return withUrn(members, TYPE, SHORT);
}

/** Inputs for state: as members, and without an owner that is the resource's own. One kept from a former name stays. */
export function storedInputs(members: Members): Record<string, unknown> {
  const { owner, ...rest } = members;
  const { resourceUrn: urn } = withUrn(members, SHORT, TYPE);
  return stored(typeof urn === "string" && owner === ownOwner(urn) ? rest : members);
}

/** Members from state, or from a program, as everything else takes them. */
export function restored(members: Members): Record<string, unknown> {
  const whole = withUrn(members, SHORT, TYPE);
  const { resourceUrn: urn } = whole;
  return typeof urn === "string" && urn.startsWith("urn:") ? { owner: ownOwner(urn), ...whole } : whole;
}

function ownOwner(urn: string): string {
  return ownerText(ownerOf(urn));
}

/** The URN with another beginning of its own type: after the types of its parents. */
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
