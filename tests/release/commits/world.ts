/**
 * Simulates everything around a release: a git history, pipelines that run its commits, people who change the alias, and the
 * service. Events are data, so that a sequence can be generated, printed and shortened. This module contains no rule of releases.
 */
import type { AliasState, Outcome, Preview, RunInputs, Subject } from "./subject";

export type Keys = RunInputs["keys"];

/** The content of a commit. */
export interface Tree {
  readonly code: string;
  readonly environment: string;
  readonly keys: Keys;
  readonly aliasName: string;
}

export interface Commit {
  readonly index: number;
  readonly tree: Tree;
  /** The commit that this one reverts. */
  readonly reverts?: number;
}

/** The point at which a run is killed. */
export const CRASHES = ["before publish", "before the release", "before the state", "before pruning"] as const;
export type Crash = (typeof CRASHES)[number];

export const HANDS = [
  "lower",
  "zero",
  "raise",
  "promote",
  "swap",
  "third",
  "third as main",
  "all to an older version",
  "no description",
] as const;
export type Hand = (typeof HANDS)[number];

/**
 * One event. In the values of keys these placeholders are replaced at the time of the commit: `@v` by the newest version, `@s` by
 * the main version of the alias, `@o` by the version before the newest, `@n` by the number that the next version will get, `@r`
 * by the revision of the function, `@R` by the next revision.
 */
export type Event =
  | {
      readonly do: "commit";
      readonly code?: string;
      readonly environment?: string;
      readonly set?: Keys;
      readonly unset?: readonly string[];
      readonly aliasName?: string;
    }
  | {
      readonly do: "revert";
      /** Which commit, counted back from the newest: 0 is the newest. */
      readonly back: number;
    }
  | {
      readonly do: "run";
      readonly back?: number;
      readonly crash?: Crash;
      readonly refresh?: boolean;
    }
  | { readonly do: "hand"; readonly hand: Hand }
  | { readonly do: "lose state" }
  | { readonly do: "restore state"; readonly back: number }
  | { readonly do: "delete alias" }
  | {
      readonly do: "delete version";
      /** Position of the version among those that no alias names, oldest first. */
      readonly nth: number;
    };

/** Map from version to its share in tenths of a percent. */
export type Shares = Readonly<Record<string, number>>;

export function sharesOf(alias: AliasState | undefined): Shares {
  if (alias === undefined) return {};
  const extras = Object.entries(alias.additionalVersionWeight).map(([version, weight]): [string, number] => [
    version,
    Math.round(weight * 1000),
  ]);
  const rest = 1000 - extras.reduce((sum, [, share]) => sum + share, 0);
  return Object.fromEntries([[alias.versionId, rest] as [string, number], ...extras].filter(([, share]) => share > 0));
}

export const share = (shares: Shares, version: string): number => shares[version] ?? 0;

export function same(a: Shares, b: Shares): boolean {
  return Object.keys({ ...a, ...b }).every((version) => share(a, version) === share(b, version));
}

export function sameAlias(a: AliasState | undefined, b: AliasState | undefined): boolean {
  return (
    a === b || (a?.versionId === b?.versionId && a?.description === b?.description && same(sharesOf(a), sharesOf(b)))
  );
}

/** Shares as text, such as `v1 95 %, v2 5 %`. */
export const show = (shares: Shares): string =>
  Object.entries(shares)
    .map(([version, tenths]) => `v${version} ${tenths / 10} %`)
    .join(", ") || "none";

export const contentOf = ({ code, environment }: Tree): string => `${code}/${environment}`;

/** The input and the result of a run. `K` is the knowledge of the oracle, which is stored with the state and with the alias, like memory. */
export interface Run<S, K> {
  readonly commit: Commit;
  readonly inputs: RunInputs & { readonly versionId: string };
  readonly content: string;
  /** `alias` has the name of this run. `previous` has the name in state, if it is another name. */
  readonly alias: AliasState | undefined;
  readonly previous: AliasState | undefined;
  /** The state at the beginning of the run. */
  readonly state: S | undefined;
  readonly existing: ReadonlySet<string>;
  /** Versions that existed before the run, with their content. */
  readonly before: ReadonlyMap<string, string>;
  /** The versions after the run published, with their content. */
  readonly versions: ReadonlyMap<string, string>;
  readonly outcome: Outcome<S>;
  /** The preview just before the run, with refreshed state, and the inputs that the preview knew. */
  readonly preview: Preview;
  readonly previewInputs: RunInputs;
  /** The preview without a refresh; undefined if the alias differs from state. */
  readonly plainPreview: Preview | undefined;
  readonly crash: Crash | undefined;
  readonly knownByState: K | undefined;
  readonly knownByAlias: K | undefined;
  /** True if the run has no refresh, and the alias differs from state. */
  readonly blind: boolean;
}

export interface Watcher<S, K> {
  committed(commit: Commit): void;
  /** Called after each run. Returns what later runs can know. */
  ran(run: Run<S, K>, world: World<S, K>): K | undefined;
  pruned(deleted: readonly string[], known: K | undefined, world: World<S, K>): void;
}

interface Held<T, K> {
  readonly value: T;
  readonly known: K | undefined;
}

interface Saved<S, K> extends Held<S, K> {
  readonly aliasName: string;
  /** The alias when the state was saved. */
  readonly seen: AliasState | undefined;
}

const BASE: Tree = { code: "a", environment: "0", keys: {}, aliasName: "prod" };

/** The knowledge in state after a refresh: the later one of state and alias. Revisions are only in state, so they stay. */
function later<K>(state: K | undefined, alias: K | undefined): K | undefined {
  const sequence = (one: K | undefined) => (one as { sequence?: number } | undefined)?.sequence ?? -1;
  if (alias === undefined || sequence(alias) <= sequence(state)) return state;
  const { revisions = {} } = (state ?? {}) as { revisions?: object };
  return { ...alias, revisions };
}

/** The order of a commit: its time. Later commits have greater times. */
export const orderOf = (index: number): number => 1_760_000_000 + index * 600;

export class World<S, K> {
  commits: Commit[] = [];
  aliases: Record<string, Held<AliasState, K> | undefined> = {};
  state: Saved<S, K> | undefined;
  /** States of earlier runs, newest first. */
  backups: Saved<S, K>[] = [];
  versions = new Map<string, string>();
  /** The highest version number that was ever used. */
  last = 0;
  /** The function. Its revision does not start again after a lost state. */
  latest: { content: string; revision: number } | undefined;
  /** Number of aliases that were ever created. */
  made = 0;
  /** The version in the state of the Version resource. */
  published: { content: string; versionId: string } | undefined;

  constructor(
    readonly subject: Subject<S>,
    private watcher?: Watcher<S, K>,
    readonly first: Partial<Tree> = {},
    /** True if each run has the key `rev`, which orders the runs by their commits. */
    readonly ordered = true,
  ) {
    this.commits.push({ index: 0, tree: { ...BASE, ...first } });
    watcher?.committed(this.head);
  }

  /** A copy of the world. Only the given watcher gets the runs of the copy. */
  clone(watcher?: Watcher<S, K>): World<S, K> {
    const copy = new World<S, K>(this.subject, undefined, this.first, this.ordered);
    copy.commits = [...this.commits];
    copy.aliases = { ...this.aliases };
    copy.state = this.state;
    copy.backups = [...this.backups];
    copy.versions = new Map(this.versions);
    copy.last = this.last;
    copy.latest = this.latest;
    copy.made = this.made;
    copy.published = this.published;
    if (watcher !== undefined) copy.watcher = watcher;
    return copy;
  }

  /** A time that is later than that of every earlier alias. */
  private now(): string {
    this.made += 1;
    return String(this.made).padStart(4, "0");
  }

  get head(): Commit {
    return this.commits.at(-1) as Commit;
  }

  /** The live alias: the alias of the newest run. */
  get alias(): AliasState | undefined {
    return this.aliases[this.aliasName]?.value;
  }

  /** The name of the live alias: the name in state, otherwise in the newest commit. */
  get aliasName(): string {
    return this.state?.aliasName ?? this.head.tree.aliasName;
  }

  get shares(): Shares {
    return sharesOf(this.alias);
  }

  /** Carries out one event. Returns false if the event is not possible. */
  apply(event: Event): boolean {
    switch (event.do) {
      case "commit": {
        const { tree } = this.head;
        const keys: Record<string, Keys[string]> = { ...tree.keys };
        for (const key of event.unset ?? []) Reflect.deleteProperty(keys, key);
        const isNew = event.code !== undefined || event.environment !== undefined;
        for (const [key, value] of Object.entries(event.set ?? {})) keys[key] = this.named(value, isNew);
        return this.commit({
          code: event.code ?? tree.code,
          environment: event.environment ?? tree.environment,
          aliasName: event.aliasName ?? tree.aliasName,
          keys,
        });
      }
      case "revert":
        return this.revert(this.commits.length - 1 - event.back);
      case "run":
        return this.run(this.commits.length - 1 - (event.back ?? 0), event.crash, event.refresh ?? true) !== undefined;
      case "hand":
        return this.edit(event.hand);
      case "lose state":
        if (this.state === undefined) return false;
        this.state = undefined;
        this.backups = [];
        this.published = undefined;
        return true;
      case "restore state": {
        const older = this.backups[event.back];
        if (older === undefined || this.state === undefined) return false;
        this.state = older;
        return true;
      }
      case "delete alias": {
        const name = this.aliasName;
        if (this.aliases[name] === undefined) return false;
        this.aliases[name] = undefined;
        return true;
      }
      case "delete version": {
        const free = this.unnamed();
        const victim = free[event.nth];
        if (victim === undefined) return false;
        this.versions.delete(victim);
        return true;
      }
    }
  }

  commit(tree: Tree, reverts?: number): boolean {
    if (reverts === undefined && JSON.stringify(tree) === JSON.stringify(this.head.tree)) return false;
    this.commits.push({ index: this.commits.length, tree, ...(reverts === undefined ? {} : { reverts }) });
    this.watcher?.committed(this.head);
    return true;
  }

  /** `git revert`. Not possible if a later commit changed the same part. */
  revert(index: number): boolean {
    const commit = this.commits[index];
    const parent = this.commits[index - 1];
    if (commit === undefined || parent === undefined) return false;
    const flat = ({ keys, ...tree }: Tree): Record<string, unknown> => ({
      ...tree,
      ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`keys.${key}`, value])),
    });
    const [from, to, now] = [flat(parent.tree), flat(commit.tree), flat(this.head.tree)];
    const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
    for (const name of Object.keys({ ...from, ...to })) {
      if (equal(from[name], to[name])) continue;
      if (!equal(now[name], to[name])) return false;
      if (from[name] === undefined) Reflect.deleteProperty(now, name);
      else now[name] = from[name];
    }
    const keys = Object.entries(now).filter(([name]) => name.startsWith("keys."));
    return this.commit(
      {
        code: String(now["code"]),
        environment: String(now["environment"]),
        aliasName: String(now["aliasName"]),
        keys: Object.fromEntries(keys.map(([name, value]) => [name.slice(5), value as Keys[string]])),
      },
      index,
    );
  }

  /** `pulumi up` of one commit. */
  run(index: number, crash?: Crash, refresh = true): Run<S, K> | undefined {
    const commit = this.commits[index];
    if (commit === undefined) return undefined;
    const { tree } = commit;
    const content = contentOf(tree);
    const keys: Keys = { ...tree.keys, ...(this.ordered ? { rev: orderOf(index) } : {}) };
    const base = { fingerprint: tree.code, environment: tree.environment, keys, aliasName: tree.aliasName };

    // The preview before the run, by the state and the content at that time.
    const changes = this.latest?.content !== content;
    const revision = (this.latest?.revision ?? 0) + (changes ? 1 : 0);
    const known = this.published?.content === content && !changes ? this.published.versionId : undefined;
    const previewInputs: RunInputs = { ...base, versionId: known, revision };
    const stateName = this.state?.aliasName ?? tree.aliasName;
    const previous = stateName === tree.aliasName ? undefined : this.aliases[stateName]?.value;
    const held = this.aliases[tree.aliasName];
    const current = stateName === tree.aliasName ? held?.value : previous;
    const refreshed = this.state && this.subject.refresh(this.state.value, current);
    // Previews of a copy are not needed.
    const isWatched = this.watcher !== undefined;
    const foreseen = isWatched ? this.subject.preview(refreshed, previewInputs) : { notices: [] };
    const untouched = this.state !== undefined && sameAlias(this.state.seen, current);
    // Without a refresh, a preview cannot know changes by hand or runs whose state was lost.
    const sees = refresh || previous !== undefined || this.state === undefined || untouched;
    const preview: Preview = sees ? foreseen : { notices: [] };
    const plainPreview = untouched && isWatched ? this.subject.preview(this.state?.value, previewInputs) : undefined;
    if ((refresh || stateName !== tree.aliasName) && this.state && refreshed !== undefined)
      this.state = {
        ...this.state,
        value: refreshed,
        seen: current,
        known: later(this.state.known, this.aliases[stateName]?.known),
      };

    // The function gets its new content, and the version is found or published.
    if (changes) this.latest = { content, revision };
    if (crash === "before publish") return undefined;
    const before = new Map(this.versions);
    let versionId = [...this.versions].reverse().find(([, one]) => one === content)?.[0];
    if (versionId === undefined) {
      this.last += 1;
      versionId = String(this.last);
      this.versions.set(versionId, content);
    }
    this.published = { content, versionId };
    if (crash === "before the release") return undefined;

    // The release decides about its alias, and writes it.
    const existing = new Set(this.versions.keys());
    const inputs = { ...base, versionId, revision };
    const state = this.state;
    const outcome = this.subject.run(state?.value, held?.value, existing, inputs);
    const written = outcome.write && { ...outcome.write, createdTime: held?.value.createdTime ?? this.now() };
    if (written) this.aliases[tree.aliasName] = { value: written, known: held?.known };
    const run: Run<S, K> = {
      commit,
      inputs,
      content,
      alias: held?.value,
      previous,
      state: state?.value,
      existing,
      before,
      versions: new Map(this.versions),
      outcome,
      preview,
      previewInputs,
      plainPreview,
      crash,
      knownByState: state?.known,
      knownByAlias: held?.known,
      blind: !sees,
    };
    const saves = crash !== "before the state" && outcome.state !== undefined;
    const knows = this.watcher?.ran(run, this);
    if (written) this.aliases[tree.aliasName] = { value: written, known: knows };
    if (saves && outcome.state !== undefined) {
      if (this.state) this.backups = [this.state, ...this.backups].slice(0, 4);
      this.state = {
        value: outcome.state,
        known: knows,
        aliasName: tree.aliasName,
        seen: this.aliases[tree.aliasName]?.value,
      };
      // After a rename, the alias with the old name is deleted.
      if (stateName !== tree.aliasName && crash !== "before pruning") this.aliases[stateName] = undefined;
    }
    if (crash === undefined && outcome.failure === undefined) this.prune(tree.keys);
    return run;
  }

  private prune(keys: Keys): void {
    const keep = Number(keys["keep"] ?? 10);
    if (this.state === undefined) return;
    const needed = new Set(this.subject.protectedVersions(this.state.value));
    const free = this.unnamed().filter((version) => !needed.has(version) && Number(version) < this.last);
    const deleted = free.slice(0, Math.max(0, free.length - keep));
    for (const version of deleted) this.versions.delete(version);
    this.watcher?.pruned(deleted, this.state.known, this);
  }

  /** Versions that no alias names, oldest first. */
  private unnamed(): string[] {
    const named = new Set(Object.values(this.aliases).flatMap((held) => Object.keys(sharesOf(held?.value))));
    return [...this.versions.keys()].filter((version) => !named.has(version)).sort((a, b) => Number(a) - Number(b));
  }

  private edit(hand: Hand): boolean {
    const name = this.aliasName;
    const held = this.aliases[name];
    if (held === undefined) return false;
    const alias = held.value;
    const main = alias.versionId;
    const [extra] = Object.entries(alias.additionalVersionWeight);
    const others = [...this.versions.keys()].filter((version) => version !== main && version !== extra?.[0]);
    const put = (versionId: string, version?: string, weight = 0): boolean => {
      const additionalVersionWeight =
        version === undefined || weight <= 0 ? {} : { [version]: Math.round(weight * 1000) / 1000 };
      this.aliases[name] = { ...held, value: { ...alias, versionId, additionalVersionWeight } };
      return true;
    };
    switch (hand) {
      case "lower":
        return extra !== undefined && extra[1] > 0.002 && put(main, extra[0], extra[1] / 2);
      case "zero":
        return extra !== undefined && put(main);
      case "raise":
        return extra !== undefined && extra[1] < 0.8 && put(main, extra[0], extra[1] + 0.15);
      case "promote":
        return extra !== undefined && put(extra[0]);
      case "swap":
        return extra !== undefined && put(extra[0], main, 1 - extra[1]);
      case "third":
        return others.length > 0 && put(main, others.at(-1), 0.2);
      case "third as main":
        return others.length > 0 && put(String(others[0]), main, 0.4);
      case "all to an older version":
        return others.length > 0 && put(String(others.at(-1)));
      case "no description":
        this.aliases[name] = { value: { ...alias, description: "" }, known: undefined };
        return alias.description !== "";
    }
  }

  private named(value: Keys[string], isNew: boolean): Keys[string] {
    if (typeof value !== "string") return value;
    const revision = this.latest?.revision ?? 0;
    const main = this.alias?.versionId ?? "1";
    return value
      .replace("@v", `v${Math.max(1, this.last)}`)
      .replace("@s", `v${main}`)
      .replace("@o", `v${Math.max(1, this.last - 1)}`)
      .replace("@n", `v${this.last + 1}`)
      .replace("@r", `r${Math.max(1, revision)}`)
      .replace("@R", `r${revision + (isNew ? 1 : 0)}`);
  }
}
