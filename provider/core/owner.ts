/** The owner of an object, as text in a tag or in a description. Pure. */
import { createHash } from "node:crypto";

/** Key of the tag that names the owner of a function; its value is the owner text. */
export const OWNER_TAG = "pulumi-alicloud-fc-owner";

/** The owner of an object: a short id made from the resource's first URN, and a label for people to read. */
export interface Owner {
  /**
   * 12 hex digits: 6 of project and stack, 6 of the resource. Stays the same when the resource is renamed with an engine
   * alias.
   */
  readonly id: string;
  /** `<project>/<stack>/<resource name>`. */
  readonly label: string;
}

/** Characters a description holds. Source: alias of Function Compute 2.0; version and trigger: assumed the same. */
const DESCRIPTION = 256;
/** Characters a tag's value holds. */
const TAG_VALUE = 128;

/** The owner for a resource, from its URN: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export function ownerOf(urn: string): Owner {
  const [prefix = "", project = "", types = "", ...name] = urn.split("::");
  const stack = `${project}/${prefix.split(":").slice(2).join(":")}`;
  // A resource is one and the same in every language: the plugin's token stands for that of TypeScript programs.
  const [own = "", ...parents] = types.split("$").reverse();
  const type = [...parents.reverse(), own.replace(/^alicloud-fc:index:/, "pulumi-nodejs:dynamic/alicloud-fc:")].join(
    "$",
  );
  const label = `${stack}/${name.join("::")}`;
  // The parents count: children of two components may have the same name. One that moves with an engine alias keeps its first owner.
  return { id: hex6(stack) + hex6(`${label}\n${type}`), label };
}

function hex6(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}

/** An owner as text: `<id>:<label>`, cut to what a tag value holds. */
export function ownerText(owner: Owner): string {
  return `${owner.id}:${owner.label}`.slice(0, TAG_VALUE);
}

/** The id inside an owner text; undefined for any other text. */
export function ownerIdIn(text: string | undefined): string | undefined {
  return /^([0-9a-f]{12})(?::|$)/.exec(text ?? "")?.[1];
}

/** The part of an owner id that all resources of a stack share; undefined for text that is no owner. */
export function stackIdIn(text: string | undefined): string | undefined {
  return ownerIdIn(text)?.slice(0, 6);
}

/** An owner as people read it: `shop/dev/api`; its id where there was no room for words. */
export function ownerWords(text: string): string {
  const id = ownerIdIn(text);
  if (id === undefined) return text;
  return text.slice(id.length + 1) || `another resource, whose owner id is ${id}`;
}

/** The resource name at the end of a URN. */
export function resourceNameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * A mark at the end of a description: `text [fcp:<owner>]`, with a record `text [fcp:<owner>|<record>]`. Of the owner's words it
 * has what the description has room for.
 */
export function withMark(text: string | undefined, owner: string, record?: string): string {
  const id = ownerIdIn(owner) ?? "";
  const start = `${text ? `${text} ` : ""}[fcp:${id}`;
  const end = record === undefined ? "]" : `|${escaped(record)}]`;
  const room = Math.max(0, DESCRIPTION - start.length - 1 - end.length);
  const words = owner.slice(id.length + 1).replace(/[^\w./-]/g, "_");
  return `${start}${words === "" || room === 0 ? "" : `:${words.slice(0, room)}`}${end}`;
}

/** A description taken apart into the user's text, the owner, and the record; neither when there is no mark. */
export function splitMark(description: string | undefined): { text: string; owner?: string; record?: string } {
  const mark = /^(?:([\s\S]*) )?\[fcp:([0-9a-f]{12}(?::[\w./-]+)?)(?:\|([^\s[\]]*))?\]$/.exec(description ?? "");
  if (mark?.[2] === undefined) return { text: description ?? "" };
  const [, text = "", owner, record] = mark;
  return { text, owner, ...(record === undefined ? {} : { record: unescaped(record) }) };
}

/** A record may hold what a user wrote: what would end a mark, or is no printable character of ASCII, is written in percent. */
function escaped(record: string): string {
  const percent = (char: string) => Buffer.from(char).toString("hex").replace(/../g, "%$&");
  return record.replace(/[^!-~]|[[\]%]/gu, percent);
}

function unescaped(record: string): string {
  try {
    return decodeURIComponent(record);
  } catch {
    return record;
  }
}
