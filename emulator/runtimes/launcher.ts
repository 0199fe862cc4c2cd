/** Starts the launcher process with a reduced environment, and exchanges messages with it. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Duplex } from "node:stream";

import { LAUNCHER_SOURCE } from "./launcherSource";

/** Variables of the emulator's environment that other processes receive; all others are left out. */
const ALLOWED = ["PATH", "LANG", "LC_ALL", "LC_CTYPE"];

/** How to start the process of an instance. */
export interface StartCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Folder of the user's code. The parent of this folder belongs to the instance, and is removed with it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Largest memory of all processes of the instance together, in MB. An instance that uses more memory is killed. */
  readonly memoryMb: number;
}

/** Events of an instance. */
export interface InstanceEvents {
  /** A line in the instance's channel for answers. */
  line(text: string): void;
  /** Bytes of the instance's standard output or error. */
  output(stream: "stdout" | "stderr", data: Buffer): void;
  /**
   * Called when the process ended or could not be started. If it could not be started, `reason` is a system error code
   * such as `ENOENT`.
   */
  ended(reason: string): void;
}

interface Message {
  readonly op: "ready" | "line" | "out" | "exit" | "synced" | "stopped";
  readonly id: string;
  readonly line: string;
  readonly stream: "stdout" | "stderr";
  readonly data: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: string;
  readonly memoryMb: number;
}

/** One launcher process and its work folder. */
export class Launcher {
  /** Private folder that contains the files of all instances. */
  readonly folder: string;
  readonly #prefix: string;
  readonly #channel: Duplex;
  readonly #instances = new Map<string, InstanceEvents>();
  readonly #stopping = new Map<string, () => void>();
  readonly #syncing = new Map<string, ((memoryMb: number) => void)[]>();
  readonly #closed: Promise<void>;
  #isClosed = false;

  /** `scripts`: files with which the instances are started, by name. */
  constructor(scripts: Readonly<Record<string, string>>) {
    // The real path, because processes are found by the folder in which they work.
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "fc-emulator-")));
    this.#prefix = `${randomBytes(8).toString("hex")}-`;
    this.#write("launcher.js", LAUNCHER_SOURCE);
    for (const [name, source] of Object.entries(scripts)) this.#write(name, source);
    this.#channel = this.#start();
    this.#closed = this.#listen();
  }

  /** Whether the launcher has ended, so that a new one is needed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  start(id: string, command: StartCommand, events: InstanceEvents): void {
    this.#instances.set(id, events);
    this.#say({ op: "start", id, ...command });
  }

  send(id: string, line: string): void {
    this.#say({ op: "send", id, line });
  }

  /** Resolves with the instance's recent memory in MB, after all its earlier output has been passed on. */
  sync(id: string): Promise<number> {
    if (this.#isClosed) return Promise.resolve(0);
    return new Promise((resolve) => {
      this.#syncing.set(id, [...(this.#syncing.get(id) ?? []), resolve]);
      this.#say({ op: "sync", id });
    });
  }

  /** Ends the instance and all processes that it started; resolves when they have ended. */
  stop(id: string): Promise<void> {
    this.#instances.delete(id);
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stopping.set(id, resolve);
      this.#say({ op: "stop", id });
    });
  }

  /** Ends all instances and the launcher; resolves when they have ended. */
  async close(): Promise<void> {
    this.#channel.end();
    await this.#closed;
    await this.#sweep();
  }

  #start(): Duplex {
    const child = spawn(process.execPath, [this.#scriptPath, "detach", this.#prefix, this.folder], {
      cwd: "/",
      env: scrubbedEnvironment({ HOME: this.folder, TMPDIR: this.folder }),
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const channel = child.stdio[3] as Duplex | null | undefined;
    if (channel === null || channel === undefined) throw new Error("the launcher could not be started");
    child.on("error", () => channel.destroy());
    return channel;
  }

  #listen(): Promise<void> {
    // Each part of an unfinished line is searched for a line break only once, so long lines stay cheap.
    let parts: string[] = [];
    this.#channel.setEncoding("utf8");
    this.#channel.on("data", (text: string) => {
      const lines = text.split("\n");
      const rest = lines.pop() ?? "";
      if (lines.length > 0) {
        lines[0] = parts.join("") + (lines[0] ?? "");
        parts = [];
      }
      parts.push(rest);
      for (const line of lines) this.#take(JSON.parse(line) as Message);
    });
    this.#channel.on("error", () => undefined);
    return new Promise((resolve) => {
      this.#channel.on("close", () => {
        this.#isClosed = true;
        for (const done of this.#stopping.values()) done();
        for (const done of [...this.#syncing.values()].flat()) done(0);
        for (const events of this.#instances.values()) events.ended("the launcher ended");
        // The user's code can end even the launcher. In this case the remaining processes have to be ended here.
        void this.#sweep().then(resolve);
      });
    });
  }

  #take(message: Message): void {
    const events = this.#instances.get(message.id);
    switch (message.op) {
      case "ready":
        return;
      case "line":
        events?.line(message.line);
        return;
      case "out":
        events?.output(message.stream, Buffer.from(message.data, "base64"));
        return;
      case "exit":
        events?.ended(message.error ?? (message.signal === null ? `exit code: ${message.code}` : message.signal));
        return;
      case "synced":
        this.#syncing.get(message.id)?.shift()?.(message.memoryMb);
        return;
      case "stopped":
        this.#stopping.get(message.id)?.();
        this.#stopping.delete(message.id);
        return;
    }
  }

  #sweeping: Promise<void> | undefined;

  #sweep(): Promise<void> {
    return (this.#sweeping ??= this.#sweepOnce());
  }

  async #sweepOnce(): Promise<void> {
    // A launcher that ends properly removes its work folder. If the folder still exists, the launcher did not end
    // properly.
    if (!fs.existsSync(this.#scriptPath)) return;
    await new Promise<void>((resolve) => {
      spawn(process.execPath, [this.#scriptPath, "sweep", this.#prefix, this.folder], {
        cwd: "/",
        env: scrubbedEnvironment({}),
        stdio: "ignore",
      })
        .on("error", () => resolve())
        .on("exit", () => resolve());
    });
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  get #scriptPath(): string {
    return path.join(this.folder, "launcher.js");
  }

  #say(message: object): void {
    if (!this.#channel.writableEnded) this.#channel.write(`${JSON.stringify(message)}\n`);
  }

  #write(name: string, source: string): void {
    fs.writeFileSync(path.join(this.folder, name), source, { flag: "wx", mode: 0o600 });
  }
}

/** Returns the allowed environment variables of this process together with the given ones. */
export function scrubbedEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const allowed = ALLOWED.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(allowed), ...extra };
}
