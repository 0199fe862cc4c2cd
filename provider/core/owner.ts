/** Whose an object is, written where the service keeps text for us. Pure. */
import { createHash } from "node:crypto";

/** Key of the tag that marks a function as ours; its value is the owner text. */
export const OWNER_TAG = "pulumi-alicloud-fc-owner";

/** Whose an object is: a short id made from the resource's first URN, and the stack for people to read. */
export interface Owner {
  /** 12 hex digits. Stays the same when the resource is renamed with an engine alias. */
  readonly id: string;
  /** `<project>/<stack>/<resource name>`. */
  readonly label: string;
}

/** The owner for a resource, from its URN: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export function ownerOf(urn: string): Owner {
  const [prefix = "", project = "", types = "", ...name] = urn.split("::");
  const stack = prefix.split(":").slice(2).join(":");
  // A resource is one and the same in every language: the plugin's token stands for that of TypeScript programs.
  const type = (types.split("$").at(-1) ?? "").replace(/^alicloud-fc:index:/, "pulumi-nodejs:dynamic/alicloud-fc:");
  const label = `${project}/${stack}/${name.join("::")}`;
  // The parents are left out: moving a resource into a component does not change whose it is.
  const id = createHash("sha256").update(`${label}\n${type}`).digest("hex").slice(0, 12);
  return { id, label };
}

/** An owner as text: `<id>:<label>`, cut to what a tag value holds (128 characters). */
export function ownerText(owner: Owner): string {
  return `${owner.id}:${owner.label}`.slice(0, 128);
}

/** The id inside an owner text; undefined for text that is none. */
export function ownerIdIn(text: string | undefined): string | undefined {
  return /^([0-9a-f]{12})(?::|$)/.exec(text ?? "")?.[1];
}

/** The resource name at the end of a URN. */
export function resourceNameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * A mark at the end of a description: `text [fcp:<mark>]`, for a release `text [fcp:<mark>|<record>]`. Descriptions hold 256 characters
 * (alias: Function Compute 2.0 documentation; version: assumed the same).
 */
export function withMark(text: string | undefined, mark: string, record?: string): string {
  return `${text ? `${text} ` : ""}[fcp:${mark}${record === undefined ? "" : `|${record}`}]`;
}

/** A description taken apart into the user's text, our mark, and the record of a release; no mark when there is none. */
export function splitMark(description: string | undefined): { text: string; mark?: string; record?: string } {
  const match = /^(?:([\s\S]*) )?\[fcp:([0-9a-z.-]{1,64})(?:\|([0-9a-z;,:]{1,200}))?\]$/.exec(description ?? "");
  if (match?.[2] === undefined) return { text: description ?? "" };
  return { text: match[1] ?? "", mark: match[2], ...(match[3] === undefined ? {} : { record: match[3] }) };
}
