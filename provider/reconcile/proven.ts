/**
 * Remembers what this run created or read back, so that a later step does not read it again. A read is left out only
 * if a later answer in the same run would show that the object changed meanwhile.
 */
import type { Clock } from "../client/retry";
import type { ObservedFunction } from "../core/model";

/**
 * Milliseconds after which a read result is not used any more, because somebody else may have changed the object. What
 * is known about objects that this run created has no such limit.
 */
const FRESH = 30_000;

interface Notes {
  /** True: this run created the function, so the function had no versions and aliases before. */
  readonly made: boolean;
  /** Aliases that this run created. */
  readonly aliases: Set<string>;
  /** LATEST as it was read back after the write. */
  latest?: { readonly at: number; readonly observed: ObservedFunction };
  /** Versions that this run published and read back. */
  readonly published: Set<string>;
  /** Versions that the service listed. */
  listed?: { readonly at: number; readonly versions: ReadonlySet<string> };
}

/** What is remembered for one run at one place, by the name of the function. */
export class Proven {
  private readonly functions = new Map<string, Notes>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /**
   * Call this after the service accepted a request of this run to create the function: no function of this name existed
   * before.
   */
  functionMade(name: string): void {
    this.functions.set(name, { made: true, aliases: new Set(), published: new Set() });
  }

  /** Call this after LATEST was read back and is usable, after a write of this run. */
  latestRead(name: string, observed: ObservedFunction): void {
    this.notes(name).latest = { at: this.clock.now(), observed };
  }

  /** Call this after the service accepted a request of this run to create the alias. */
  aliasMade(name: string, aliasName: string): void {
    this.notes(name).aliases.add(aliasName);
  }

  /** Call this after a version was published and read back. */
  versionPublished(name: string, versionId: string): void {
    this.notes(name).published.add(versionId);
  }

  /** Call this with the ids of a list of a function's versions. */
  versionsListed(name: string, ids: readonly string[]): void {
    this.notes(name).listed = { at: this.clock.now(), versions: new Set(ids) };
  }

  /** Call this after a function, or an object of it, was deleted. */
  forget(name: string): void {
    this.functions.delete(name);
  }

  /** True if this run created the function, and did not create an alias of this name on it. */
  lacksAlias(name: string, aliasName: string): boolean {
    const notes = this.functions.get(name);
    return notes?.made === true && !notes.aliases.has(aliasName);
  }

  /** True if this run created the function, and published no version of it. */
  lacksVersions(name: string): boolean {
    const notes = this.functions.get(name);
    return notes?.made === true && notes.published.size === 0;
  }

  /** LATEST as this run read it back within the last 30 seconds, else undefined. */
  latest(name: string): ObservedFunction | undefined {
    const latest = this.functions.get(name)?.latest;
    return this.isFresh(latest) ? latest.observed : undefined;
  }

  /** True for a version that this run published, or listed within the last 30 seconds. */
  hasVersion(name: string, versionId: string): boolean {
    const notes = this.functions.get(name);
    if (notes?.published.has(versionId) === true) return true;
    return this.isFresh(notes?.listed) && notes.listed.versions.has(versionId);
  }

  private notes(name: string): Notes {
    const known = this.functions.get(name) ?? { made: false, aliases: new Set<string>(), published: new Set<string>() };
    this.functions.set(name, known);
    return known;
  }

  private isFresh<T extends { readonly at: number }>(note: T | undefined): note is T {
    return note !== undefined && this.clock.now() - note.at <= FRESH;
  }
}
