/** Warm instances by what they run. */
import * as fs from "node:fs/promises";
import * as path from "node:path";

import { unpack } from "../archive";
import { Instance, type Job, type Outcome } from "./instance";
import { Launcher, scrubbedEnvironment, type StartCommand } from "./launcher";

/** Largest response of a handler, bytes. Assumed. */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** What an instance runs. Two jobs with equal keys can share an instance. */
export interface Workload {
  readonly key: string;
  readonly functionId: string;
  readonly versionId: string;
  readonly language: "node" | "python";
  /** Heap limit for Node.js, MB. */
  readonly memoryMb: number;
  readonly zip: () => Buffer;
  /** Variables of the function and of the runtime contract. */
  readonly environment: (instanceId: string, codeFolder: string) => Record<string, string>;
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

/** The instances of one workload. */
class Group {
  readonly workload: Workload;
  readonly idle: Instance[] = [];
  readonly waiting: (() => void)[] = [];
  readonly all = new Set<Instance>();
  readonly timers = new Map<Instance, NodeJS.Timeout>();
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
  #launcher: Launcher | undefined;
  #counter = 0;
  #closed = false;

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  async run(workload: Workload, job: Job, timeoutMs: number): Promise<PoolResult> {
    const group = this.#group(workload);
    const asked = performance.now();
    const instance = await this.#acquire(group);
    const waitMs = performance.now() - asked;
    const isColdStart = instance.isNew;
    const outcome = await instance.run(job, timeoutMs);
    await this.#release(group, instance);
    return { outcome, instanceId: instance.id, isColdStart, waitMs };
  }

  /** Ends the instances of a function, or of one of its versions; busy ones when their request is done. */
  retire(functionId: string, versionId?: string): void {
    for (const [key, group] of this.#groups) {
      const { workload } = group;
      if (workload.functionId !== functionId || (versionId ?? workload.versionId) !== workload.versionId) continue;
      this.#groups.delete(key);
      group.retired = true;
      for (const instance of group.idle.splice(0)) void this.#discard(group, instance);
    }
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const group of this.#groups.values()) for (const timer of group.timers.values()) clearTimeout(timer);
    await this.#launcher?.close();
  }

  #group(workload: Workload): Group {
    const group = this.#groups.get(workload.key) ?? new Group(workload);
    this.#groups.set(workload.key, group);
    return group;
  }

  async #acquire(group: Group): Promise<Instance> {
    for (;;) {
      if (this.#closed) throw new Error("the emulator is closed");
      const warm = group.idle.pop();
      if (warm !== undefined) {
        clearTimeout(group.timers.get(warm));
        group.timers.delete(warm);
        if (warm.isUsable) return warm;
        group.all.delete(warm);
        continue;
      }
      if (group.all.size + group.starting < this.#limits.maxInstances) return this.#start(group);
      await new Promise<void>((resolve) => group.waiting.push(resolve));
    }
  }

  async #start(group: Group): Promise<Instance> {
    group.starting += 1;
    try {
      if (this.#launcher?.isClosed !== false) this.#launcher = new Launcher();
      const launcher = this.#launcher;
      this.#counter += 1;
      const id = `c-${this.#counter.toString(16).padStart(8, "0")}`;
      const command = await prepare(launcher, id, group.workload);
      const instance = new Instance(id, launcher, command);
      group.all.add(instance);
      return instance;
    } finally {
      group.starting -= 1;
      // Also after a failure: who waits must find that out too.
      group.waiting.shift()?.();
    }
  }

  async #release(group: Group, instance: Instance): Promise<void> {
    if (group.retired || !instance.isUsable || this.#closed) {
      await this.#discard(group, instance);
    } else {
      group.idle.push(instance);
      const timer = setTimeout(() => this.#expire(group, instance), this.#limits.idleSeconds * 1000);
      group.timers.set(instance, timer.unref());
    }
    group.waiting.shift()?.();
  }

  #expire(group: Group, instance: Instance): void {
    const at = group.idle.indexOf(instance);
    if (at < 0) return;
    group.idle.splice(at, 1);
    void this.#discard(group, instance);
  }

  async #discard(group: Group, instance: Instance): Promise<void> {
    clearTimeout(group.timers.get(instance));
    group.timers.delete(instance);
    group.all.delete(instance);
    await instance.stop();
  }
}

/** Makes the instance's own folders and says how to start it. */
async function prepare(launcher: Launcher, id: string, workload: Workload): Promise<StartCommand> {
  const folder = path.join(launcher.folder, id);
  const code = path.join(folder, "code");
  const home = path.join(folder, "home");
  const temporary = path.join(folder, "tmp");
  try {
    for (const each of [code, home, temporary]) await fs.mkdir(each, { recursive: true, mode: 0o700 });
    await unpack(workload.zip(), code);
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    throw error;
  }
  const env = {
    ...scrubbedEnvironment({ HOME: home, TMPDIR: temporary, TZ: "UTC" }),
    ...workload.environment(id, code),
  };
  return { ...commandOf(launcher, workload, code), cwd: code, env };
}

function commandOf(launcher: Launcher, workload: Workload, code: string): Pick<StartCommand, "command" | "args"> {
  const limit = String(MAX_RESPONSE_BYTES);
  switch (workload.language) {
    case "node":
      return {
        command: process.execPath,
        args: [`--max-old-space-size=${workload.memoryMb}`, launcher.script("node.js"), code, limit],
      };
    case "python":
      return { command: "python3", args: ["-u", "-X", "utf8", launcher.script("python.py"), code, limit] };
  }
}
