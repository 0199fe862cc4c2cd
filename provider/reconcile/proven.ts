/**
 * What this run has brought about or read back itself, so that a later step does not ask for it again. Nothing here is
 * believed in place of a proof: each note saves a call only where a later answer of the same run proves as much.
 */
import type { Clock } from "../client/retry";
import type { ObservedFunction } from "../core/model";

/** Milliseconds for which what was read counts: somebody else may change it. What this run made is not limited. */
const FRESH = 30_000;

interface Notes {
  /** This run made the function: nothing stood below it then. */
  readonly made: boolean;
  /** Aliases this run made. */
  readonly aliases: Set<string>;
  /** LATEST as it was read back after it was written. */
  latest?: { readonly at: number; readonly observed: ObservedFunction };
  /** Versions this run published and read back. */
  readonly published: Set<string>;
  /** Versions the service listed. */
  listed?: { readonly at: number; readonly versions: ReadonlySet<string> };
}

/** Notes of one run at one place, by the name of the function. */
export class Proven {
  private readonly functions = new Map<string, Notes>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** A function was made by a request of this run that was accepted: none of its name was there. */
  functionMade(name: string): void {
    this.functions.set(name, { made: true, aliases: new Set(), published: new Set() });
  }

  /** LATEST was read back, usable, after this run brought it about. */
  latestRead(name: string, observed: ObservedFunction): void {
    this.notes(name).latest = { at: this.clock.now(), observed };
  }

  /** An alias was made by a request of this run that was accepted. */
  aliasMade(name: string, aliasName: string): void {
    this.notes(name).aliases.add(aliasName);
  }

  /** A version was published and read back. */
  versionPublished(name: string, versionId: string): void {
    this.notes(name).published.add(versionId);
  }

  /** The versions of a function were listed. */
  versionsListed(name: string, ids: readonly string[]): void {
    this.notes(name).listed = { at: this.clock.now(), versions: new Set(ids) };
  }

  /** A function or something below it was deleted. */
  forget(name: string): void {
    this.functions.delete(name);
  }

  /** True where this run made the function, and has made no alias of that name since. */
  lacksAlias(name: string, aliasName: string): boolean {
    const notes = this.functions.get(name);
    return notes?.made === true && !notes.aliases.has(aliasName);
  }

  /** True where this run made the function, and has published nothing of it since. */
  lacksVersions(name: string): boolean {
    const notes = this.functions.get(name);
    return notes?.made === true && notes.published.size === 0;
  }

  /** LATEST as this run read it back, if that was just now. */
  latest(name: string): ObservedFunction | undefined {
    const latest = this.functions.get(name)?.latest;
    return this.isFresh(latest) ? latest.observed : undefined;
  }

  /** True for a version that exists as far as this run has seen. */
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
