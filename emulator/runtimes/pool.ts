/** Keeps instances of functions warm, and runs each invocation in one of them. */
import * as fs from "node:fs/promises";
import * as path from "node:path";

import { isExposed } from "./exposed";
import { environmentOf, type Folders, localPaths, makeFolders } from "./folders";
import { HandlerInstance } from "./handlerInstance";
import type { Hooks, Instance, Job, Outcome } from "./instance";
import { checkTools, type Language } from "./language";
import { LANGUAGES } from "./languages";
import { Launcher } from "./launcher";
import { Ports } from "./ports";
import { NotStarted, ServerInstance } from "./serverInstance";

/** Code that an instance runs: handlers of a built-in runtime. */
export interface HandlerProgram {
  readonly kind: "handlers";
  readonly language: Language;
}

/** Code that an instance runs: the HTTP server of a custom runtime. */
export interface ServerProgram {
  readonly kind: "server";
  /** Program and arguments, with the paths of the service. */
  readonly command: readonly string[];
  /** The port on which the function is configured to listen. */
  readonly port: number;
}

/** The work that an instance does. Two jobs with equal keys can share an instance. */
export interface Workload {
  readonly key: string;
  readonly functionId: string;
  /** Name of the function, for messages. */
  readonly functionName: string;
  readonly versionId: string;
  readonly runtime: string;
  readonly program: HandlerProgram | ServerProgram;
  readonly handler: string;
  readonly hooks: Hooks;
  /** Memory of the function, in MB. */
  readonly memoryMb: number;
  /** Largest number of simultaneous requests of an instance. */
  readonly concurrency: number;
  readonly zip: () => Buffer;
  /** Packages of the layers, in the order of the function's list. */
  readonly layers: () => readonly Buffer[];
  /** Variables of the function and of the runtime, with the paths of the service. */
  readonly environment: (instanceId: string) => Record<string, string>;
}

/** Limits of the number and the life of instances. */
export interface PoolLimits {
  readonly maxInstances: number;
  readonly idleSeconds: number;
  /** Longest time until a custom runtime listens, in seconds. */
  readonly startSeconds: number;
  /** Receives warnings, each a sentence for the user. */
  readonly warn: (text: string) => void;
}

/** The outcome of a job, with the instance that ran it. */
export interface PoolResult {
  readonly outcome: Outcome;
  readonly instanceId: string;
  /** Whether the instance was started for this job. */
  readonly isColdStart: boolean;
  /** Time until the instance was ready, including its start, in ms. */
  readonly waitMs: number;
}

/** An instance and its requests. */
interface Member {
  readonly instance: Instance;
  /** Time of the start, in ms since 1970. */
  readonly startedAt: number;
  /** Number of running requests. */
  load: number;
  /** Timer that ends the instance after the idle time. */
  timer?: NodeJS.Timeout;
  /** The port of a custom runtime. The port is released when the instance has ended. */
  readonly port?: number;
  /** True: the instance gets no further request, because another instance needs its port. */
  isLeaving?: boolean;
  /** Called when the instance has ended. */
  whenGone?: () => void;
  /** Set when the instance begins to end; resolves when it has ended. */
  gone?: Promise<void>;
}

/** The instances of one workload. */
class Group {
  readonly workload: Workload;
  /** Instances in the order of their last use. */
  members: Member[] = [];
  readonly waiting: (() => void)[] = [];
  /** Number of instances that are being started, which count against the limit. */
  starting = 0;
  retired = false;

  constructor(workload: Workload) {
    this.workload = workload;
  }
}

/** Runs each job in a warm instance if there is one, else in a new instance up to the limit. Otherwise the job waits. */
export class Pool {
  readonly #limits: PoolLimits;
  readonly #groups = new Map<string, Group>();
  readonly #ports = new Ports();
  /** Custom runtimes by port, until they have ended. */
  readonly #servers = new Map<number, { readonly group: Group; readonly member: Member }>();
  readonly #retiring = new Set<Promise<void>>();
  /** Functions for which the warning about reachable ports was printed. */
  readonly #warned = new Set<string>();
  #launcher: Launcher | undefined;
  #counter = 0;
  #closed = false;

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  /** Whether the pool is closed. A closed pool ends all instances and starts none. */
  get isClosed(): boolean {
    return this.#closed;
  }

  async run(workload: Workload, job: Job, timeoutMs: number): Promise<PoolResult> {
    if (workload.program.kind === "handlers") checkTools(workload.program.language, workload.runtime);
    const group = this.#group(workload);
    const asked = performance.now();
    const member = await this.#acquire(group);
    const waitMs = performance.now() - asked;
    const { instance } = member;
    const isColdStart = instance.isNew;
    const outcome = await instance.run(job, timeoutMs);
    this.#release(group, member);
    return { outcome, instanceId: instance.id, isColdStart, waitMs };
  }

  /** Ends the instances of a function, or of one of its versions. Busy instances end after their requests. */
  retire(functionId: string, versionId?: string): void {
    for (const [key, group] of this.#groups) {
      const { workload } = group;
      if (workload.functionId !== functionId || (versionId ?? workload.versionId) !== workload.versionId) continue;
      this.#groups.delete(key);
      group.retired = true;
      for (const member of group.members.filter(({ load }) => load === 0)) void this.#discard(group, member);
    }
  }

  /** The running instances of a function. */
  instancesOf(functionId: string): { id: string; versionId: string; startedAt: number }[] {
    const groups = [...this.#groups.values()].filter(({ workload }) => workload.functionId === functionId);
    return groups.flatMap(({ workload, members }) =>
      members.map(({ instance, startedAt }) => ({ id: instance.id, versionId: workload.versionId, startedAt })),
    );
  }

  /** Ends all instances. Idle ones run their preStop hooks first. */
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
      for (const each of group.members.filter(({ instance, load }) => !instance.isUsable && load === 0)) {
        void this.#discard(group, each);
      }
      const member = fullest(group.members.filter((each) => isOpen(each) && each.load < concurrency));
      if (member !== undefined) return taken(member);
      // A new instance is started only for jobs that do not fit into the instances that are being started.
      const isExpected = group.waiting.length < group.starting * (concurrency - 1);
      if (!isExpected && group.members.length + group.starting < this.#limits.maxInstances) return this.#start(group);
      await new Promise<void>((resolve) => group.waiting.push(resolve));
    }
  }

  async #start(group: Group): Promise<Member> {
    group.starting += 1;
    try {
      const member = taken(await this.#launch(group.workload));
      group.members.push(member);
      if (member.port !== undefined) this.#servers.set(member.port, { group, member });
      return member;
    } finally {
      group.starting -= 1;
      // Also after a failed start, waiting jobs must continue, because otherwise they would wait for ever.
      for (const wake of group.waiting.splice(0, group.workload.concurrency)) wake();
    }
  }

  async #launch(workload: Workload): Promise<Member> {
    if (this.#launcher?.isClosed !== false) this.#launcher = new Launcher(scripts());
    const launcher = this.#launcher;
    const { program } = workload;
    if (program.kind === "server") return this.#launchServer(launcher, workload, program);
    const { id, folders } = await this.#newFolders(launcher, workload);
    const { memoryMb, handler, hooks } = workload;
    const places = { ...folders, scripts: launcher.folder, memoryMb, handler };
    try {
      await program.language.prepare?.(places);
    } catch (error) {
      await fs.rm(path.dirname(folders.code), { recursive: true, force: true });
      throw error;
    }
    const hasLayers = workload.layers().length > 0;
    const env = environmentOf(folders, workload.environment(id), hasLayers ? layerPathsOf(program.language) : {});
    const command = { ...program.language.start(places), cwd: folders.code, env, memoryMb };
    return { instance: new HandlerInstance(id, launcher, command, hooks), load: 0, startedAt: Date.now() };
  }

  async #launchServer(launcher: Launcher, workload: Workload, program: ServerProgram): Promise<Member> {
    await this.#servers.get(program.port)?.member.gone;
    const port = await this.#ports.lease(program.port);
    try {
      return await this.#startServer(launcher, workload, program, port);
    } catch (error) {
      this.#ports.release(port);
      const holder = this.#servers.get(program.port);
      const mayNeedPort = port !== program.port && error instanceof NotStarted && error.reason !== undefined;
      if (!mayNeedPort || holder === undefined) throw error;
      // A program that ignores its assigned port ends if its configured port is in use. The program gets the configured
      // port as soon as this port is free.
      await this.#vacate(holder.group, holder.member);
      return this.#launchServer(launcher, workload, program);
    }
  }

  async #startServer(launcher: Launcher, workload: Workload, program: ServerProgram, port: number): Promise<Member> {
    const { id, folders } = await this.#newFolders(launcher, workload);
    const variables = { ...workload.environment(id), FC_CUSTOM_LISTEN_PORT: String(port) };
    const [command = "", ...args] = program.command.map((text) => localPaths(text, folders));
    const start = { command, args, cwd: folders.code, env: environmentOf(folders, variables, {}) };
    const { memoryMb, hooks } = workload;
    const instance = new ServerInstance(id, launcher, { ...start, memoryMb }, port, hooks);
    await instance.started(this.#limits.startSeconds * 1000);
    this.#warnIfExposed(workload, port);
    return { instance, load: 0, startedAt: Date.now(), port };
  }

  /** Prints the warning once for each function. */
  #warnIfExposed({ functionId, functionName }: Workload, port: number): void {
    const exposed = isExposed(port);
    if (exposed === false || this.#warned.has(functionId)) return;
    this.#warned.add(functionId);
    const where = exposed === undefined ? "may listen" : "listens";
    this.#limits.warn(
      `the custom runtime of function '${functionName}' ${where} on port ${port}, also for other machines, which need no key; ` +
        "make the runtime listen on 127.0.0.1 when FC_EMULATOR_INSTANCE is set, or close the port with a firewall",
    );
  }

  async #newFolders(launcher: Launcher, workload: Workload): Promise<{ id: string; folders: Folders }> {
    this.#counter += 1;
    const id = `c-${this.#counter.toString(16).padStart(8, "0")}`;
    const folders = await makeFolders(path.join(launcher.folder, id), workload.zip(), workload.layers());
    return { id, folders };
  }

  /** Ends an instance as soon as its requests are done. */
  #vacate(group: Group, member: Member): Promise<void> {
    member.isLeaving = true;
    if (member.load === 0) return this.#discard(group, member);
    return new Promise((resolve) => (member.whenGone = resolve));
  }

  /** The end of an instance is not awaited, because its preStop hook is not part of the request. */
  #release(group: Group, member: Member): void {
    member.load -= 1;
    const isLast = member.load === 0;
    if (isLast && (group.retired || !isOpen(member) || this.#closed)) {
      void this.#discard(group, member);
    } else if (isLast) {
      group.members = [...group.members.filter((each) => each !== member), member];
      member.timer = setTimeout(() => void this.#discard(group, member), this.#limits.idleSeconds * 1000).unref();
    }
    group.waiting.shift()?.();
  }

  #discard(group: Group, member: Member): Promise<void> {
    clearTimeout(member.timer);
    group.members = group.members.filter((each) => each !== member);
    member.gone ??= this.#end(member);
    return member.gone;
  }

  async #end(member: Member): Promise<void> {
    const retiring = member.instance.retire();
    this.#retiring.add(retiring);
    await retiring;
    this.#retiring.delete(retiring);
    if (member.port !== undefined) {
      this.#servers.delete(member.port);
      this.#ports.release(member.port);
    }
    member.whenGone?.();
  }
}

function isOpen({ instance, isLeaving }: Member): boolean {
  return instance.isUsable && isLeaving !== true;
}

function taken(member: Member): Member {
  clearTimeout(member.timer);
  member.load += 1;
  return member;
}

/**
 * Returns the busiest instance that can take another request. Of equally busy instances it returns the one that was used last, so
 * that the others become idle and end.
 */
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
