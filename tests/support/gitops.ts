/** A git repository with the example's stack program, and pipelines that check it out and run. */
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseDocument } from "yaml";
import { type Emulator, startEmulator } from "../../emulator";
import { root } from "./root";
import { sharesOf } from "./storeView";

/** Output and exit of a process. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Folder of the example in the repository. */
export const EXAMPLE = join(root, "examples", "gitops");
/** Committer time of the first commit, in seconds. */
const BEGIN = 1_700_000_000;

/** A repository, its checkouts, and the state that its pipelines share. */
export class GitOps {
  private readonly folder = mkdtempSync(join(tmpdir(), "gitops-"));
  private readonly origin = join(this.folder, "origin");
  private clock = BEGIN;
  private checkouts = 0;

  /** `env`: environment variables of the emulator. */
  constructor(private readonly env: Readonly<Record<string, string>>) {
    // The folder above the checkouts has the packages, so that each checkout finds them as after npm ci.
    mkdirSync(join(this.folder, "node_modules", "@pulumi"), { recursive: true });
    symlinkSync(join(root, "node_modules", "@pulumi", "pulumi"), join(this.folder, "node_modules/@pulumi/pulumi"));
    symlinkSync(root, join(this.folder, "node_modules", "pulumi-alicloud-fc"));
    mkdirSync(join(this.folder, "state"));
    cpSync(EXAMPLE, this.origin, { recursive: true, filter: (path) => !path.includes("node_modules") });
    const manifest = { name: "gitops-example", version: "1.0.0", private: true, main: "index.ts" };
    const lock = { ...manifest, lockfileVersion: 3, packages: { "": manifest } };
    this.write("package.json", JSON.stringify(manifest));
    this.write("package-lock.json", JSON.stringify(lock));
    this.git("init", "--quiet", "--initial-branch=main");
    this.commit("The stack");
  }

  /** Environment variables of a pipeline's shell. Git and the engine do not get the settings of the user. */
  get environment(): Record<string, string> {
    const engine = process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"];
    if (engine === undefined) throw new Error("no engine: run these tests by npm test");
    return {
      ...this.env,
      PATH: [join(engine, "bin"), process.env["PATH"] ?? ""].join(delimiter),
      HOME: join(this.folder, "home"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CEILING_DIRECTORIES: this.folder,
      PULUMI_HOME: join(this.folder, "home", ".pulumi"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "emulator",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // The types of the example are checked with everything else.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      STACK: "prod",
    };
  }

  private git(...args: string[]): string {
    const at = `@${this.clock} +0000`;
    const who = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.com" };
    const does = { GIT_COMMITTER_NAME: "c", GIT_COMMITTER_EMAIL: "c@example.com" };
    return checked(
      spawnSync("git", args, {
        cwd: this.origin,
        encoding: "utf8",
        env: { ...this.environment, ...who, ...does, GIT_COMMITTER_DATE: at },
      }),
    ).trim();
  }

  private write(file: string, content: string): void {
    writeFileSync(join(this.origin, file), content);
  }

  /** Commits the files in the repository, with a date one minute after the last commit. Returns the commit's hash. */
  private commit(message: string): string {
    this.clock += 60;
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Commits code that returns a text, and keys of the release if given. */
  code(answer: string, keys: Readonly<Record<string, string | number | null>> = {}): string {
    this.write("src/index.js", `exports.handler = async () => ${JSON.stringify(answer)};\n`);
    setKeys(this.origin, keys);
    return this.commit(`Answer ${answer}`);
  }

  /** Commits keys of the release; null removes one. */
  keys(keys: Readonly<Record<string, string | number | null>>): string {
    setKeys(this.origin, keys);
    return this.commit(`Release: ${JSON.stringify(keys)}`);
  }

  /** A commit that changes the program: the environment variables of the function, or the name of the alias. */
  program({ variables = {}, aliasName = "live" }: { variables?: Record<string, string>; aliasName?: string }): string {
    const text = readFileSync(join(EXAMPLE, "index.ts"), "utf8")
      .replace('code: "./src",', `code: "./src", environmentVariables: ${JSON.stringify(variables)},`)
      .replace('aliasName: "live"', `aliasName: ${JSON.stringify(aliasName)}`);
    this.write("index.ts", text);
    return this.commit("Change the program");
  }

  /** `git revert` of a commit. */
  revert(commit: string): string {
    this.clock += 60;
    this.git("revert", "--no-edit", commit);
    return this.git("rev-parse", "HEAD");
  }

  /** Makes a new shallow checkout, as CI does; by default of the newest commit. */
  checkout(commit = "HEAD"): string {
    this.checkouts += 1;
    const folder = join(this.folder, `run-${this.checkouts}`);
    const hash = this.git("rev-parse", commit);
    mkdirSync(folder);
    const run = (...args: string[]) =>
      checked(spawnSync("git", args, { cwd: folder, encoding: "utf8", env: this.environment }));
    run("init", "--quiet");
    run("fetch", "--quiet", "--depth=1", `file://${this.origin}`, hash);
    run("checkout", "--quiet", "--detach", "FETCH_HEAD");
    return folder;
  }

  /** A shell in a checkout. */
  shell(folder: string, script: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return shell(folder, script, { ...this.environment, ...env });
  }

  /** Runs the deploying pipeline, by default for the newest commit. `before` may change the checkout. */
  async run(commit?: string, before: (folder: string) => void = () => undefined): Promise<Outcome> {
    const folder = this.checkout(commit);
    before(folder);
    return await this.shell(folder, "sh pipeline.sh deploy");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A git repository whose stack is deployed on a separate emulator. */
export class StartedGitOps {
  private constructor(
    readonly emulator: Emulator,
    readonly repo: GitOps,
  ) {}

  static async start(): Promise<StartedGitOps> {
    const emulator = await startEmulator({});
    const repo = new GitOps(emulator.env);
    const { code, output } = await repo.shell(repo.checkout(), "pulumi stack init prod");
    expect([code, output]).toEqual([0, expect.stringContaining("Created stack 'prod'")]);
    return new StartedGitOps(emulator, repo);
  }

  /** The aliases of the example's function, as the emulator has them, by name. */
  get aliases() {
    const found = this.emulator.store.functions.get("gitops-example-prod")?.aliases;
    if (found === undefined) throw new Error("no function");
    return found;
  }

  /** The alias with this name; by default the alias of the example. */
  alias(name = "live") {
    const found = this.aliases.get(name);
    if (found === undefined) throw new Error(`no alias ${name}`);
    return found;
  }

  /** The split of an alias: map from version to percent. */
  split(name?: string): Record<string, number> {
    return Object.fromEntries(sharesOf(this.alias(name)));
  }

  async close(): Promise<void> {
    this.repo.remove();
    await this.emulator.close();
  }
}

/** Runs a script as CI does, with `sh -e`, for at most two minutes. */
export function shell(cwd: string, script: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-e", "-c", script], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 120_000,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, output }));
  });
}

/** Sets keys below `canary:` in the configuration of the stack `prod`, as `pulumi config set` does; null removes one. */
export function setKeys(folder: string, keys: Readonly<Record<string, string | number | null>>): void {
  const file = join(folder, "Pulumi.prod.yaml");
  const document = parseDocument(readFileSync(file, "utf8"));
  for (const [key, value] of Object.entries(keys)) {
    if (value === null) document.deleteIn(["config", `canary:${key}`]);
    else document.setIn(["config", `canary:${key}`], value);
  }
  writeFileSync(file, document.toString());
}

function checked({ status, stdout, stderr, error }: SpawnSyncReturns<string>): string {
  if (error) throw error;
  if (status !== 0) throw new Error(`git ends with ${status ?? "a signal"}: ${stderr}`);
  return stdout;
}
