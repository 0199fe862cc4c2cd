/** Warm instances by what they run. */
import * as path from "node:path";

import { environmentOf, makeFolders } from "./folders";
import { HandlerInstance } from "./handlerInstance";
import type { Hooks, Instance, Job, Outcome } from "./instance";
import { checkTools, type Language } from "./language";
import { LANGUAGES } from "./languages";
import { Launcher } from "./launcher";

/** What an instance runs. Two jobs with equal keys can share an instance. */
export interface Workload {
  readonly key: string;
  readonly functionId: string;
  readonly versionId: string;
  readonly runtime: string;
  readonly language: Language;
  readonly handler: string;
  readonly hooks: Hooks;
  /** Memory of the function, MB. */
  readonly memoryMb: number;
  /** Requests an instance may have at once. */
  readonly concurrency: number;
  readonly zip: () => Buffer;
  /** Packages of the layers, in the order the function names them. */
  readonly layers: () => readonly Buffer[];
  /** Variables of the function and of the runtime contract, with the service's own paths. */
  readonly environment: (instanceId: string) => Record<string, string>;
}

/** How many instances there may be and how long they stay. */
export interface PoolLimits {
  readonly maxInstances: number;
  readonly idleSeconds: number;
}

/** An outcome and the instance it came from. */
export interface PoolResult {
  readonly outcome: Outcome;
  readonly instanceId: string;
  /** Whether the instance was started for this job. */
  readonly isColdStart: boolean;
  /** Wait for the instance, its start included, ms. */
  readonly waitMs: number;
}

/** An instance and its requests. */
interface Member {
  readonly instance: Instance;
  /** Requests running. */
  load: number;
  /** Ends it when it was without work for long enough. */
  timer?: NodeJS.Timeout;
}

/** The instances of one workload. */
class Group {
  readonly workload: Workload;
  /** In the order they were last used. */
  members: Member[] = [];
  readonly waiting: (() => void)[] = [];
  /** Instances being started, which count against the limit. */
  starting = 0;
  retired = false;

  constructor(workload: Workload) {
    this.workload = workload;
  }
}

/** Runs jobs in instances: a warm one if there is one, else a new one up to the limit, else the job waits. */
export class Pool {
  readonly #limits: PoolLimits;
  readonly #groups = new Map<string, Group>();
  readonly #retiring = new Set<Promise<void>>();
  #launcher: Launcher | undefined;
  #counter = 0;
  #closed = false;

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  async run(workload: Workload, job: Job, timeoutMs: number): Promise<PoolResult> {
    checkTools(workload.language, workload.runtime);
    const group = this.#group(workload);
    const asked = performance.now();
    const member = await this.#acquire(group);
    const waitMs = performance.now() - asked;
    const { instance } = member;
    const isColdStart = instance.isNew;
    const outcome = await instance.run(job, timeoutMs);
    await this.#release(group, member);
    return { outcome, instanceId: instance.id, isColdStart, waitMs };
  }

  /** Ends the instances of a function, or of one of its versions; busy ones when their requests are done. */
  retire(functionId: string, versionId?: string): void {
    for (const [key, group] of this.#groups) {
      const { workload } = group;
      if (workload.functionId !== functionId || (versionId ?? workload.versionId) !== workload.versionId) continue;
      this.#groups.delete(key);
      group.retired = true;
      for (const member of group.members.filter(({ load }) => load === 0)) void this.#discard(group, member);
    }
  }

  /** Ends everything; instances without work run their preStop hooks first. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const group of this.#groups.values()) {
      for (const member of group.members.filter(({ load }) => load === 0)) void this.#discard(group, member);
    }
    await Promise.all(this.#retiring);
    await this.#launcher?.close();
  }

  #group(workload: Workload): Group {
    const group = this.#groups.get(workload.key) ?? new Group(workload);
    this.#groups.set(workload.key, group);
    return group;
  }

  async #acquire(group: Group): Promise<Member> {
    const { concurrency } = group.workload;
    for (;;) {
      if (this.#closed) throw new Error("the emulator is closed");
      group.members = group.members.filter(({ instance, load }) => instance.isUsable || load > 0);
      const member = fullest(group.members.filter(({ instance, load }) => instance.isUsable && load < concurrency));
      if (member !== undefined) return taken(member);
      // A new instance is for those only whom the ones being started will not have room for.
      const isExpected = group.waiting.length < group.starting * (concurrency - 1);
      if (!isExpected && group.members.length + group.starting < this.#limits.maxInstances) return this.#start(group);
      await new Promise<void>((resolve) => group.waiting.push(resolve));
    }
  }

  async #start(group: Group): Promise<Member> {
    group.starting += 1;
    try {
      const instance = await this.#launch(group.workload);
      const member = taken({ instance, load: 0 });
      group.members.push(member);
      return member;
    } finally {
      group.starting -= 1;
      // Also after a failure: who waits must find that out too.
      for (const wake of group.waiting.splice(0, group.workload.concurrency)) wake();
    }
  }

  async #launch(workload: Workload): Promise<Instance> {
    if (this.#launcher?.isClosed !== false) this.#launcher = new Launcher(scripts());
    const launcher = this.#launcher;
    this.#counter += 1;
    const id = `c-${this.#counter.toString(16).padStart(8, "0")}`;
    const folders = await makeFolders(path.join(launcher.folder, id), workload.zip(), workload.layers());
    const { language, memoryMb, handler } = workload;
    const places = { ...folders, scripts: launcher.folder, memoryMb, handler };
    await language.prepare?.(places);
    const hasLayers = workload.layers().length > 0;
    const env = environmentOf(folders, workload.environment(id), hasLayers ? layerPathsOf(language) : {});
    const command = { ...language.start(places), cwd: folders.code, env };
    return new HandlerInstance(id, launcher, command, workload.hooks);
  }

  async #release(group: Group, member: Member): Promise<void> {
    member.load -= 1;
    const isLast = member.load === 0;
    if (isLast && (group.retired || !member.instance.isUsable || this.#closed)) {
      await this.#discard(group, member);
    } else if (isLast) {
      group.members = [...group.members.filter((each) => each !== member), member];
      member.timer = setTimeout(() => void this.#discard(group, member), this.#limits.idleSeconds * 1000).unref();
    }
    group.waiting.shift()?.();
  }

  async #discard(group: Group, member: Member): Promise<void> {
    clearTimeout(member.timer);
    group.members = group.members.filter((each) => each !== member);
    const retiring = member.instance.retire();
    this.#retiring.add(retiring);
    await retiring;
    this.#retiring.delete(retiring);
  }
}

function taken(member: Member): Member {
  clearTimeout(member.timer);
  member.load += 1;
  return member;
}

/** The busiest that has room, and of equals the one used last: the others may run out of time. */
function fullest(members: readonly Member[]): Member | undefined {
  return members.reduce<Member | undefined>((best, each) => (best && best.load > each.load ? best : each), undefined);
}

function scripts(): Record<string, string> {
  return Object.assign({}, ...LANGUAGES.map((language) => language.scripts)) as Record<string, string>;
}

/** Programs and libraries of a layer are found in every built-in runtime. Source: documentation. */
function layerPathsOf(language: Language): Record<string, string> {
  return { PATH: "bin", LD_LIBRARY_PATH: "lib", ...language.layerPaths };
}
