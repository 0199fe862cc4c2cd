/**
 * Conditions that must be true after every step of a world (a sequence of runs and changes by hand). They are checked only
 * with the records of the emulator. This file imports nothing from the package, so the form of the texts that mark an owner
 * is written out here.
 */
import type { Emulator, StoredFunction } from "../../emulator";
import { codeOf, sharesOf } from "../support/storeView";

/** One object of the service: its owner and its content. */
export interface Seen {
  readonly kind: "function" | "version" | "alias" | "trigger";
  readonly functionId: string;
  /** Name of the stack that owns the object; undefined without an owner. */
  readonly owner: string | undefined;
  readonly text: string;
  /** The letter of the code of a version or function. */
  readonly code: string;
}

/** Key, such as `api`, `api@1`, `api:prod`, `api!http`, to object. */
export type Snapshot = ReadonlyMap<string, Seen>;

const TAG = "pulumi-alicloud-fc-owner";

/** All objects of the emulator. */
export function snapshot(emulator: Emulator): Snapshot {
  const found = new Map<string, Seen>();
  for (const entry of emulator.store.functions.values()) addFunction(emulator, entry, found);
  return found;
}

function addFunction(emulator: Emulator, entry: StoredFunction, found: Map<string, Seen>): void {
  const { functionName: name, functionId } = entry;
  // Members of the function that a publish changes are left out.
  const { versions, aliases, triggers, nextVersion: _n, lastPublished: _l, touched: _t, ...own } = entry;
  const tag = entry.tags.find(({ key }) => key === TAG)?.value ?? "";
  const text = (value: object) =>
    JSON.stringify(value, (_key, member: unknown) =>
      member instanceof Map ? [...(member as Map<unknown, unknown>)] : member,
    );
  found.set(name, {
    kind: "function",
    functionId,
    owner: stackIn(tag),
    text: text(own),
    code: codeOf(emulator, entry),
  });
  for (const version of versions.values()) {
    const owner = stackOf(version.description);
    const code = codeOf(emulator, version);
    found.set(`${name}@${version.versionId}`, { kind: "version", functionId, owner, text: text(version), code });
  }
  for (const alias of aliases.values()) {
    const owner = stackOf(alias.description);
    found.set(`${name}:${alias.aliasName}`, { kind: "alias", functionId, owner, text: text(alias), code: "" });
  }
  for (const trigger of triggers.values()) {
    const owner = stackOf(trigger.description);
    found.set(`${name}!${trigger.triggerName}`, { kind: "trigger", functionId, owner, text: text(trigger), code: "" });
  }
}

function stackOf(description: string): string | undefined {
  return stackIn(/\[fcp:([^\]|]*)/.exec(description)?.[1] ?? "");
}

function stackIn(owner: string): string | undefined {
  return /^[0-9a-f]{12}:shop\/(\w+)/.exec(owner)?.[1];
}

/**
 * Changes by a run to objects of other owners.
 *
 * @param late stacks of which one request each may be applied during this run. A stack whose request was applied is removed
 */
export function touched(
  before: Snapshot,
  after: Snapshot,
  stack: string,
  adopts: boolean,
  late: Set<string>,
): string[] {
  const wrong: string[] = [];
  const isLate = (owner: string | undefined) => owner !== undefined && owner !== stack && late.delete(owner);
  for (const [key, was] of before) {
    const now = after.get(key);
    if (now?.text === was.text || was.owner === stack) continue;
    if (was.owner === undefined && now !== undefined && adopts && was.kind !== "version") continue;
    const home = before.get(key.split(/[@:!]/)[0] ?? "");
    const goesAlong =
      was.owner === undefined && was.kind === "version" && home?.owner === stack && !after.has(key.split("@")[0] ?? "");
    if (goesAlong || isLate(was.owner)) continue;
    wrong.push(`${key} of ${was.owner ?? "nobody"} was ${now === undefined ? "deleted" : "changed"} by ${stack}`);
  }
  for (const [key, now] of after) {
    const isNew = before.get(key)?.text !== now.text;
    if (isNew && now.owner !== stack && before.get(key)?.owner !== now.owner && !isLate(now.owner))
      wrong.push(`${key} was made by ${stack} without its mark`);
  }
  return wrong;
}

/** Versions of one stack with the same content. */
export function publishedTwice(after: Snapshot): string[] {
  const first = new Map<string, string>();
  return [...after].flatMap(([key, { kind, functionId, owner, code, text }]) => {
    if (kind !== "version" || owner === undefined) return [];
    const { config } = JSON.parse(text) as { config: object };
    const content = JSON.stringify([functionId, owner, code, config]);
    const other = first.get(content);
    first.set(content, other ?? key);
    return other === undefined ? [] : [`${key} holds what ${other} holds`];
  });
}

/** Map from version id to percent. */
export type Shares = ReadonlyMap<string, number>;

/** Shares of the alias `prod` of the function `api`; empty if the alias does not exist. */
export function sharesOfProd(emulator: Emulator): Shares {
  const alias = emulator.store.functions.get("api")?.aliases.get("prod");
  return alias === undefined ? new Map() : sharesOf(alias);
}

/** The history of the traffic of `api`, until the function is created again. */
export class Traffic {
  private functionId: string | undefined;
  /** Versions that were the main version at some time. */
  private readonly mains = new Set<string>();
  /** Map from a version to the share to which it was lowered by hand. */
  private readonly lowered = new Map<string, number>();

  /** Updates the history with the shares after a step. */
  look(emulator: Emulator): void {
    const entry = emulator.store.functions.get("api");
    if (entry?.functionId !== this.functionId) {
      this.mains.clear();
      this.lowered.clear();
    }
    this.functionId = entry?.functionId;
    const main = entry?.aliases.get("prod")?.versionId;
    if (main !== undefined) this.mains.add(main);
  }

  /** Records that a version was lowered by hand. */
  lower(id: string, share: number): void {
    this.lowered.set(id, Math.min(share, this.lowered.get(id) ?? 100));
  }

  /** Records that a version was raised by hand. */
  raise(id: string): void {
    this.lowered.delete(id);
  }

  /** Forgets the history of the traffic, because the owner deleted the alias. */
  forget(): void {
    this.lowered.clear();
    this.mains.clear();
  }

  /** Unwanted changes of traffic by a run. `weight` is undefined if config had no weight. */
  wrong(
    before: Shares,
    after: Shares,
    code: string,
    weight: number | undefined,
    snapshot: Snapshot,
    release: boolean,
  ): string[] {
    const wrong: string[] = [];
    for (const [id, share] of after) {
      const had = before.get(id) ?? 0;
      const isDeployed = snapshot.get(`api@${id}`)?.code === code;
      const most = release ? Math.max(5, Math.min(weight ?? 0, 100)) : (weight ?? 0);
      const meant = this.mains.has(id) || this.mains.size === 0 || (isDeployed && share <= Math.max(had, most));
      if (share > had && !meant) wrong.push(`version ${id} rose from ${had} to ${share} %, which nobody meant`);
      const limit = this.lowered.get(id);
      if (release && limit !== undefined && share > limit && share > had) {
        wrong.push(`version ${id} was lowered to ${limit} % by hand and has ${share} %`);
      }
    }
    return wrong;
  }
}
