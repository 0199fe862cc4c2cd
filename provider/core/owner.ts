/** The owner of an object, as text in a tag or in a description. Pure. */
import { createHash } from "node:crypto";

/** Key of the tag that names the owner of a function; its value is the owner text. */
export const OWNER_TAG = "pulumi-alicloud-fc-owner";

/** The owner of an object: a short id computed from the resource's first URN, and a label for people. */
export interface Owner {
  /**
   * Owner id of 12 hex digits: 6 from project and stack, 6 from the resource. The id stays the same when the resource
   * is renamed with an engine alias.
   */
  readonly id: string;
  /** Label `<project>/<stack>/<resource name>`. */
  readonly label: string;
}

/**
 * Largest number of characters of a description. Source: aliases of Function Compute 2.0; assumed to be the same for
 * versions and triggers.
 */
const DESCRIPTION = 256;
/** Largest number of characters of a tag's value. */
const TAG_VALUE = 128;

/** Computes the owner of a resource from its URN: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export function ownerOf(urn: string): Owner {
  const [prefix = "", project = "", types = "", ...name] = urn.split("::");
  const stack = `${project}/${prefix.split(":").slice(2).join(":")}`;
  // A resource has the same owner in every language, so the type token of the plugin is replaced by the token of
  // TypeScript programs.
  const [own = "", ...parents] = types.split("$").reverse();
  const type = [...parents.reverse(), own.replace(/^alicloud-fc:index:/, "pulumi-nodejs:dynamic/alicloud-fc:")].join(
    "$",
  );
  const label = `${stack}/${name.join("::")}`;
  // The id covers the parents, because children of two components may have the same name. A resource that is renamed
  // with an engine alias keeps its first owner.
  return { id: hex6(stack) + hex6(`${label}\n${type}`), label };
}

function hex6(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}

/** Formats an owner as text, `<id>:<label>`, cut to the largest length of a tag's value. */
export function ownerText(owner: Owner): string {
  return `${owner.id}:${owner.label}`.slice(0, TAG_VALUE);
}

/** The id in an owner text; undefined for any other text. */
export function ownerIdIn(text: string | undefined): string | undefined {
  return /^([0-9a-f]{12})(?::|$)/.exec(text ?? "")?.[1];
}

/** The part of an owner id that all resources of a stack have in common; undefined for text that is not an owner. */
export function stackIdIn(text: string | undefined): string | undefined {
  return ownerIdIn(text)?.slice(0, 6);
}

/** The label of an owner, such as `shop/dev/api`. If the owner text has no label, a phrase with the owner's id. */
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
 * Formats a description with a mark at its end: `text [fcp:<owner>]`, or, with data that the package stores (a record),
 * `text [fcp:<owner>|<record>]`. The owner's label is cut to the remaining space.
 */
export function withMark(text: string | undefined, owner: string, record?: string): string {
  const id = ownerIdIn(owner) ?? "";
  const start = `${text ? `${text} ` : ""}[fcp:${id}`;
  const end = record === undefined ? "]" : `|${escaped(record)}]`;
  const room = Math.max(0, DESCRIPTION - start.length - 1 - end.length);
  const words = owner.slice(id.length + 1).replace(/[^\w./-]/g, "_");
  return `${start}${words === "" || room === 0 ? "" : `:${words.slice(0, room)}`}${end}`;
}

/**
 * Splits a description into the user's text, the owner, and the record. A description without an owner consists of the
 * user's text only.
 */
export function splitMark(description: string | undefined): { text: string; owner?: string; record?: string } {
  const mark = /^(?:([\s\S]*) )?\[fcp:([0-9a-f]{12}(?::[\w./-]+)?)(?:\|([^\s[\]]*))?\]$/.exec(description ?? "");
  if (mark?.[2] === undefined) return { text: description ?? "" };
  const [, text = "", owner, record] = mark;
  return { text, owner, ...(record === undefined ? {} : { record: unescaped(record) }) };
}

/**
 * The record with percent-encoding of characters that would end the mark or are not printable ASCII. Encoding is
 * necessary because a record may contain text of the user.
 */
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
