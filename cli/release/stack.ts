/** The stack that a verb works on, through Pulumi's Automation API: its state, its config, and runs of its program. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { EngineEvent, LocalWorkspace, Stack, UpOptions, UpdateSummary } from "@pulumi/pulumi/automation";
import type { Command } from "commander";
import { parse } from "yaml";
import { type Caller, type Keys, OBJECT_KEYS, type StoredRelease, releasesIn } from "../../provider/rollout";
import { Refused } from "../refused";

/** Flags that every verb has. */
export interface StackFlags {
  readonly stack?: string;
  readonly cwd?: string;
  readonly release?: string;
  readonly namespace?: string;
  readonly profile?: string;
}

/** Adds the flags of {@link StackFlags}. */
export function stackOptions(command: Command): Command {
  return command
    .option("--stack <name>", "the stack (default: the selected one)")
    .option("--cwd <folder>", "folder of the program (default: this one)")
    .option("--release <name>", "name of the release's resource, where the stack has several")
    .option("--namespace <name>", "namespace of its keys in config (default: canary; of several releases, their names)")
    .option("--profile <name>", "profile of the Alibaba Cloud CLI to take credentials from");
}

/** A value of stack config, wherever it comes from. */
export type ConfigMap = Readonly<Record<string, { readonly value?: string; readonly secret?: boolean }>>;

/** The keys of one release in stack config. */
export interface ConfiguredKeys {
  readonly namespace: string;
  readonly keys: Keys;
}

/** Namespace of the keys when no flag names one, as `releaseConfig()` has it. */
const NAMESPACE = "canary";

/** Opens the stack that flags name, by default the selected one. Throws {@link Refused} where there is none. */
export async function openStack(flags: StackFlags): Promise<OpenStack> {
  const { folder, file } = projectAbove(path.resolve(flags.cwd ?? "."));
  const { LocalWorkspace } = await automation();
  const workspace = await LocalWorkspace.create({ workDir: folder });
  const name = flags.stack ?? (await selectedStack(workspace));
  const { stackConfigDir = "." } = (parse(fs.readFileSync(file, "utf8")) ?? {}) as { stackConfigDir?: string };
  const short = name.split("/").at(-1) ?? name;
  return new OpenStack(workspace, name, path.join(folder, stackConfigDir, `Pulumi.${short}.yaml`));
}

/** The Automation API is loaded late: it takes longer than all other parts of the command. */
async function automation(): Promise<typeof import("@pulumi/pulumi/automation")> {
  try {
    return await import("@pulumi/pulumi/automation/index.js");
  } catch (error) {
    const { message } = error as Error;
    throw new Refused(
      `@pulumi/pulumi cannot be loaded (${message.split("\n")[0] ?? ""}): run this in a program's folder after npm install`,
    );
  }
}

function projectAbove(folder: string): { folder: string; file: string } {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => path.join(at, name)).find((name) => fs.existsSync(name));
    if (file !== undefined) return { folder: at, file };
    if (at === path.dirname(at))
      throw new Refused(`no Pulumi.yaml in ${folder} or above: run this in the program's folder, or give --cwd`);
  }
}

async function selectedStack(workspace: LocalWorkspace): Promise<string> {
  const stacks = await workspace.listStacks();
  const selected = stacks.find(({ current }) => current);
  if (selected !== undefined) return selected.name;
  const names = stacks.map(({ name }) => name).join(", ");
  throw new Refused(`no stack is selected: give --stack; stacks of this project: ${names === "" ? "none" : names}`);
}

/** A stack. Nothing here changes which stack is selected. */
export class OpenStack {
  constructor(
    private readonly workspace: LocalWorkspace,
    /** As pulumi takes it, with its organisation where one was given. */
    readonly name: string,
    /** The stack's config file, which may not exist yet. */
    readonly configFile: string,
  ) {}

  /** Folder of the program. */
  get folder(): string {
    return this.workspace.workDir;
  }

  /** The config file as messages name it. */
  get configName(): string {
    return path.relative(process.cwd(), this.configFile) || this.configFile;
  }

  /** Text of the config file; empty where there is none. */
  configText(): string {
    return fs.existsSync(this.configFile) ? fs.readFileSync(this.configFile, "utf8") : "";
  }

  /** Releases in state. Throws {@link Refused} where there is none. */
  async releases(): Promise<StoredRelease[]> {
    const exported = await this.known(this.workspace.exportStack(this.name));
    const releases = releasesIn(exported);
    if (releases.length > 0) return releases;
    throw new Refused(`stack ${this.name} has no release yet: run pulumi up`);
  }

  /** Config in effect: the file, the project's defaults, and an environment of Pulumi. */
  async config(): Promise<ConfigMap> {
    return await this.known(this.workspace.getAllConfig(this.name));
  }

  /** Updates, newest first. */
  async history(count: number): Promise<UpdateSummary[]> {
    const stack = await this.quietly();
    return await stack.history(count, 1, false);
  }

  /**
   * Runs the program for one release: every other resource stays as it is in state.
   *
   * @param configText the config file for this run; default the one that lies there
   */
  async up(
    release: StoredRelease,
    { whole, configText, onEvent }: { whole: boolean; configText?: string; onEvent: (event: EngineEvent) => void },
  ): Promise<void> {
    const stack = await this.quietly();
    const options: UpOptions = { refresh: true, onEvent, ...(whole ? {} : { target: [release.urn] }) };
    if (configText === undefined) return void (await stack.up(options));
    await lent(path.basename(this.configFile), configText, (configFile) => stack.up({ ...options, configFile }));
  }

  /** The stack as the Automation API has it, without the selection of it that it makes on the way. */
  private async quietly(): Promise<Stack> {
    const { Stack: AutomationStack } = await automation();
    const workspace = Object.create(this.workspace, {
      selectStack: { value: () => Promise.resolve() },
    }) as LocalWorkspace;
    return await AutomationStack.select(this.name, workspace);
  }

  private async known<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      const message = engineMessage(error);
      if (/no stack named/.test(message)) throw new Refused(`there is no stack ${this.name} in ${this.folder}`);
      throw new Error(`pulumi: ${message}`, { cause: error });
    }
  }
}

/** What the engine printed of a command that failed; the Automation API puts its command line in front. */
export function engineMessage(error: unknown): string {
  const { stderr = "" } = (error as { commandResult?: { stderr?: string } }).commandResult ?? {};
  const at = stderr.indexOf("error: ");
  const printed = (at === -1 ? stderr : stderr.slice(at + "error: ".length)).trim();
  return printed || (error instanceof Error ? error.message : String(error));
}

/** Lends a config file outside of the program's folder, whose content may be the function's code. */
async function lent<T>(called: string, text: string, use: (name: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fc-release-"));
  const name = path.join(folder, called);
  try {
    fs.writeFileSync(name, text, { mode: 0o600 });
    return await use(name);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The one release that a verb is about. Throws {@link Refused} with the names where that is not clear. */
export function chosen(releases: readonly StoredRelease[], name: string | undefined): StoredRelease {
  const [first, ...others] = name === undefined ? releases : releases.filter((release) => release.name === name);
  if (first !== undefined && others.length === 0) return first;
  const names = releases.map((release) => release.name).join(", ");
  if (first === undefined) throw new Refused(`--release: got "${name ?? ""}"; allowed: ${names}`);
  throw new Refused(`the stack has several releases: give --release with one of ${names}`);
}

/** Keys of a release in config. With several releases each has a namespace of its own, which only the program knows. */
export function keysOf(
  config: ConfigMap,
  release: StoredRelease,
  releases: readonly StoredRelease[],
  flag: string | undefined,
): ConfiguredKeys {
  const namespace = flag ?? (releases.length === 1 ? NAMESPACE : release.name);
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${namespace}:`));
  const keys = own.map(([key, { value = "" }]): [string, unknown] => {
    const name = key.slice(namespace.length + 1);
    return [name, OBJECTS.includes(name) ? objectIn(key, value) : value];
  });
  return { namespace, keys: Object.fromEntries(keys) };
}

const OBJECTS: readonly string[] = OBJECT_KEYS;

function objectIn(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(`config ${key}: got ${text}; allowed: a list or a map, such as --path '${key}[0]' sets it`);
  }
}

/** How the service is called. */
export function callerOf({ profile }: StackFlags): Caller {
  return { profile, env: process.env };
}
