/** The stack of a subcommand, through Pulumi's Automation API: its state, its config, and runs of its program. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { EngineEvent, LocalWorkspace, Stack, UpOptions, UpdateSummary } from "@pulumi/pulumi/automation";
import type { Command } from "commander";
import { parse } from "yaml";
import { type Caller, type Keys, OBJECT_KEYS, type StoredRelease, releasesIn } from "../../provider/rollout";
import { withoutInterruption } from "../process";
import { Refused } from "../refused";
import type { Step } from "./planned";

/** Flags that every subcommand has. */
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
    .option("--cwd <folder>", "folder of the program (default: the current folder)")
    .option("--release <name>", "name of the release's resource, if the stack has several releases")
    .option(
      "--namespace <name>",
      "namespace of the release's keys in config (default: the one that the program read in the last run)",
    )
    .option("--profile <name>", "profile of the Alibaba Cloud CLI to take credentials from");
}

/** Stack config by key: from the file, from the project's defaults, and from a Pulumi ESC environment. */
export type ConfigMap = Readonly<Record<string, { readonly value?: string; readonly secret?: boolean }>>;

/** The keys of one release in stack config. */
export interface ConfiguredKeys {
  /** Empty if it is not known. */
  readonly namespace: string;
  readonly keys: Keys;
  /** Names of the keys whose values are secrets in config. */
  readonly secrets: readonly string[];
  /** Why the namespace is not known; in this case there are no keys. */
  readonly unclear?: string;
}

/** A run of the program for one release. */
interface Run {
  /** Whether the whole program runs, not only the release. */
  readonly whole: boolean;
  /** The content of the config file for this run; default: the file of the stack. */
  readonly configText?: string;
}

/** Opens the stack that the flags name, by default the selected stack. Throws {@link Refused} if there is none. */
export async function openStack(flags: StackFlags): Promise<OpenStack> {
  const { folder, file } = projectAbove(path.resolve(flags.cwd ?? "."));
  const { LocalWorkspace } = await automation();
  const workspace = await LocalWorkspace.create({ workDir: folder });
  const name = flags.stack ?? (await selectedStack(workspace));
  const { stackConfigDir = "." } = (parse(fs.readFileSync(file, "utf8")) ?? {}) as { stackConfigDir?: string };
  const short = name.split("/").at(-1) ?? name;
  // A stack's config file has the same ending as the project's file. Source: Pulumi `sdk/go/common/workspace/paths.go`.
  return new OpenStack(workspace, name, path.join(folder, stackConfigDir, `Pulumi.${short}${path.extname(file)}`));
}

/** The Automation API is loaded late, because loading it takes longer than all other parts of the command. */
export async function automation(): Promise<typeof import("@pulumi/pulumi/automation")> {
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

/** A stack. No method changes which stack is selected. */
export class OpenStack {
  constructor(
    private readonly workspace: LocalWorkspace,
    /** Name of the stack, with the organisation if the flag contains one. */
    readonly name: string,
    /** Path of the stack's config file, which may not exist yet. */
    readonly configFile: string,
  ) {}

  /** Folder of the program. */
  get folder(): string {
    return this.workspace.workDir;
  }

  /** Name of the config file for messages. */
  get configName(): string {
    return path.relative(process.cwd(), this.configFile) || this.configFile;
  }

  /** Text of the config file; empty if there is none. */
  configText(): string {
    return fs.existsSync(this.configFile) ? fs.readFileSync(this.configFile, "utf8") : "";
  }

  /** Releases in state. Throws {@link Refused} if there are none. */
  async releases(): Promise<StoredRelease[]> {
    const exported = await this.known(this.workspace.exportStack(this.name));
    const releases = releasesIn(exported);
    if (releases.length > 0) return releases;
    throw new Refused(`stack ${this.name} has no release yet: run pulumi up`);
  }

  /** Config in effect: the file, the project's defaults, and a Pulumi ESC environment. */
  async config(): Promise<ConfigMap> {
    return await this.known(this.workspace.getAllConfig(this.name));
  }

  /** Updates, newest first. */
  async history(count: number): Promise<UpdateSummary[]> {
    const stack = await this.quietly();
    return await stack.history(count, 1, false);
  }

  /** Runs the program for one release only: all other resources stay as they are in state. */
  async up(release: StoredRelease, run: Run & { readonly onEvent: (event: EngineEvent) => void }): Promise<void> {
    await this.running([release], run, (stack, options) => stack.up({ ...options, onEvent: run.onEvent }));
  }

  /**
   * The steps of a run of the program for some releases only, such as {@link up} would carry out. Nothing is changed.
   * Throws {@link Refused} if the preview fails.
   */
  async preview(releases: readonly StoredRelease[], run: Run): Promise<Step[]> {
    const steps: Step[] = [];
    const errors: string[] = [];
    const onEvent = ({ resourcePreEvent: step, diagnosticEvent: event }: EngineEvent) => {
      if (step !== undefined) steps.push(step.metadata);
      if (event?.severity === "error") errors.push(plainText(event.message));
    };
    try {
      await this.running(releases, run, (stack, options) => stack.preview({ ...options, onEvent }));
    } catch (error) {
      const why = errors.join("\n") || engineMessage(error);
      throw new Refused(`pulumi preview failed: ${why}\nNothing was changed`);
    }
    return steps;
  }

  /** Copies the objects of a release from the service into state. No object is changed. */
  async refresh({ urn }: StoredRelease): Promise<void> {
    const stack = await this.quietly();
    await withoutInterruption((signal) => stack.refresh({ target: [urn], signal }));
  }

  private async running(
    releases: readonly StoredRelease[],
    { whole, configText }: Run,
    act: (stack: Stack, options: Pick<UpOptions, "refresh" | "target" | "configFile" | "signal">) => Promise<unknown>,
  ): Promise<void> {
    const stack = await this.quietly();
    const options = { refresh: true, ...(whole ? {} : { target: releases.map(({ urn }) => urn) }) };
    await withoutInterruption(async (signal) => {
      if (configText === undefined) return void (await act(stack, { ...options, signal }));
      await lent(path.basename(this.configFile), configText, (configFile) =>
        act(stack, { ...options, configFile, signal }),
      );
    });
  }

  /** Returns the stack as an object of the Automation API. The stack that the user has selected stays selected. */
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

/** The text of a message of the engine, without its marks of colours. */
export function plainText(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}

/** The output of a failed engine command, without the command line that the Automation API puts in front. */
export function engineMessage(error: unknown): string {
  const { stderr = "" } = (error as { commandResult?: { stderr?: string } }).commandResult ?? {};
  const at = stderr.indexOf("error: ");
  const printed = (at === -1 ? stderr : stderr.slice(at + "error: ".length)).trim();
  return printed || (error instanceof Error ? error.message : String(error));
}

/**
 * Writes a config file to a temporary folder for one run, because a file in the program's folder could become part of
 * the function's code.
 */
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

/**
 * The release that a subcommand is about. Throws {@link Refused} with the names of all releases if the flags do not
 * determine one.
 */
export function chosen(releases: readonly StoredRelease[], name: string | undefined): StoredRelease {
  const [first, ...others] = name === undefined ? releases : releases.filter((release) => release.name === name);
  if (first !== undefined && others.length === 0) return first;
  const names = releases.map((release) => release.name).join(", ");
  if (first === undefined) throw new Refused(`--release: got "${name ?? ""}"; allowed: ${names}`);
  throw new Refused(`the stack has several releases: give --release with one of ${names}`);
}

/**
 * The keys of a release in config.
 *
 * @param flag the namespace of `--namespace`; undefined without the flag
 */
export function keysOf(
  config: ConfigMap,
  release: StoredRelease,
  flag: string | undefined,
  read: (key: string, text: string) => unknown = objectIn,
): ConfiguredKeys {
  const used = namespaceOf(release, flag);
  if ("unclear" in used) return { namespace: "", keys: {}, secrets: [], ...used };
  const { namespace } = used;
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${namespace}:`));
  const keys = own.map(([key, { value = "" }]): [string, unknown] => {
    const name = key.slice(namespace.length + 1);
    return [name, OBJECTS.includes(name) ? read(key, value) : value];
  });
  const secrets = own.filter(([, { secret }]) => secret === true).map(([key]) => key.slice(namespace.length + 1));
  return { namespace, keys: Object.fromEntries(keys), secrets };
}

/**
 * The namespace that the program read in the last run. The flag is for a program that reads its keys in its own way, so
 * that state has no namespace. Throws {@link Refused} for another namespace in the flag: the program would not read
 * its keys.
 */
function namespaceOf(
  { name, outputs }: StoredRelease,
  flag: string | undefined,
): { readonly namespace: string } | { readonly unclear: string } {
  const { configNamespace: stored } = outputs;
  if (stored !== undefined && flag !== undefined && flag !== stored)
    throw new Refused(`--namespace: got "${flag}"; allowed: ${stored}, from which the program reads release ${name}`);
  const namespace = stored ?? flag;
  if (namespace !== undefined) return { namespace };
  return {
    unclear:
      `the config namespace of release ${name} is not known, because its program does not use releaseConfig() or config: true. Give ` +
      `--release ${name} --namespace, or set the argument configNamespace of the release and run pulumi up`,
  };
}

const OBJECTS: readonly string[] = OBJECT_KEYS;

function objectIn(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(`config ${key}: got ${text}; allowed: a list or a map, such as --path '${key}[0]' sets it`);
  }
}

/** The credentials for calls of the service. */
export function callerOf({ profile }: StackFlags): Caller {
  return { profile, env: process.env };
}
