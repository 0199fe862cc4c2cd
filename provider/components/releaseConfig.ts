/** `releaseConfig`: reads the config keys of a release from stack config. */
import { execFileSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import type { AnalysisSettings, StepSetting } from "../core/analysis/policy";
import { RELEASE_KEYS, TEXT_KEYS } from "../core/release/keys";

/** The keys with the values of config, and their namespace. `check` refuses wrong values. */
export interface ConfiguredKeys {
  /** The namespace of the keys. */
  configNamespace: string;
  /** Share of the traffic for the candidate in percent: `25`, `v8=25`; or `auto`. */
  weight?: string;
  /** Steps in percent, ascending, or objects with conditions. */
  steps?: StepSetting[];
  /** The settings of judging under weight `auto`. */
  analysis?: AnalysisSettings;
  /** `canary` or `direct`. */
  strategy?: string;
  /** `true` stops every rise of a share; or `false`. */
  hold?: string;
  /** The version to reject: `v8`. */
  reject?: string;
  /** The version whose rejection is lifted: `v8`, the second time `v8@2`. */
  retry?: string;
  /** Order of runs, such as `1764195000` or `1764195000 replaces 9999999999`. */
  rev?: string;
  /** Number of unused versions that are kept. */
  keep?: string;
}

/**
 * Reads `<namespace>:weight`, `:steps`, `:analysis`, `:strategy`, `:hold`, `:reject`, `:retry`, `:rev` and `:keep` from
 * stack config. If a stack has several releases, give each its own namespace.
 *
 * @param namespace default `canary`
 * @throws Error for an unknown key in the namespace; the message suggests the closest known key
 * @example
 * ```ts
 * new fc.CanaryRelease("api", { function: settings, aliasName: "prod", ...fc.releaseConfig() });
 * ```
 */
export function releaseConfig(namespace = "canary"): ConfiguredKeys {
  refuseUnknownKeys(namespace, Object.keys(pulumi.runtime.allConfig()));
  const config = new pulumi.Config(namespace);
  const keys: ConfiguredKeys = { configNamespace: namespace };
  for (const key of TEXT_KEYS) {
    const value = config.get(key);
    if (value !== undefined) keys[key] = value;
  }
  const steps = config.getObject<StepSetting[]>("steps");
  if (steps !== undefined) keys.steps = steps;
  const analysis = config.getObject<AnalysisSettings>("analysis");
  if (analysis !== undefined) keys.analysis = analysis;
  const rev = config.get("rev") ?? "auto";
  const [, replaces] = /^auto( replaces \d+)?$/.exec(rev) ?? [undefined, undefined];
  const order = rev.startsWith("auto") && (rev === "auto" || replaces !== undefined) ? autoOrder(namespace) : rev;
  if (order !== undefined) keys.rev = `${order}${replaces ?? ""}`;
  return keys;
}

/**
 * Refuses values other than true, false and a namespace. Otherwise the text `"true"` would count as the name of a
 * namespace, and the keys of the namespace `canary` would be ignored without a message.
 */
export function assertConfig(config: unknown): asserts config is boolean | string {
  if (typeof config === "boolean") return;
  if (typeof config === "string" && /^[^:\s]+$/.test(config) && !/^(true|false|yes|no)$/i.test(config)) return;
  const got = typeof config === "object" ? "a value that is known later" : `${typeof config} ${JSON.stringify(config)}`;
  throw new Error(`config: got ${got}; allowed: true, false, or the namespace of the keys as text, such as "canary"`);
}

/** Refuses unknown keys in the namespace. A misspelt `reject` would otherwise have no effect and no message. */
export function refuseUnknownKeys(namespace: string, configured: readonly string[]): void {
  const own = configured.filter((key) => key.startsWith(`${namespace}:`)).map((key) => key.slice(namespace.length + 1));
  const unknown = own.find((key) => !RELEASE_KEYS.includes(key));
  if (unknown === undefined) return;
  const advice =
    unknown === "for"
      ? `write the version into the weight: ${namespace}:weight v8=25`
      : `did you mean ${namespace}:${closest(unknown, RELEASE_KEYS)}? Allowed: ${RELEASE_KEYS.join(", ")}`;
  throw new Error(`config ${namespace}:${unknown}: there is no such key; ${advice}`);
}

function autoOrder(namespace: string): string | undefined {
  const order = runOrder(process.cwd(), process.env, Date.now());
  if ("order" in order) return order.order;
  void pulumi.log.warn(
    `the order of runs is not known (${order.problem}): a late run of an older commit moves traffic like a new one. ${order.remedy}, or set ` +
      `${namespace}:rev to a number that grows with every run`,
  );
  return undefined;
}

/** The order of a run, or why the order is not known and what the user should do. */
export type RunOrder = { readonly order: string } | { readonly problem: string; readonly remedy: string };

/** Largest number of seconds by which the time of a commit may be in the future: a day. */
const AHEAD = 86_400;

/**
 * The order of this run: the committer date of the commit in seconds. A re-run of an old job has the same order, a
 * revert has a higher one. The date is read from git in the folder, else from GitLab's CI_COMMIT_TIMESTAMP. A date more
 * than a day in the future is not used, because every later run would then count as older.
 *
 * @param now milliseconds since 1970
 */
export function runOrder(folder: string, env: Readonly<Record<string, string | undefined>>, now: number): RunOrder {
  const fromGit = commitTime(folder);
  const fromJob = Math.floor(Date.parse(env["CI_COMMIT_TIMESTAMP"] ?? "") / 1000);
  const order = typeof fromGit === "string" ? fromGit : Number.isNaN(fromJob) ? undefined : String(fromJob);
  if (order === undefined) return fromGit as Exclude<typeof fromGit, string>;
  if (Number(order) <= now / 1000 + AHEAD) return { order };
  const date = new Date(Number(order) * 1000).toISOString();
  return {
    problem: `the commit has the date ${date}, which is in the future`,
    remedy: "Correct the clock of the machine that commits, and commit again",
  };
}

function commitTime(folder: string): string | { problem: string; remedy: string } {
  try {
    const text = execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: folder, encoding: "utf8", stdio: "pipe" });
    if (/^\d+\n?$/.test(text)) return text.trim();
    return { problem: "git shows no commit", remedy: "Commit the program" };
  } catch (error) {
    return gitProblem(error as { code?: string; stderr?: string });
  }
}

function gitProblem({ code, stderr = "" }: { code?: string; stderr?: string }): { problem: string; remedy: string } {
  if (code === "ENOENT") return { problem: "git is not installed", remedy: "Install git" };
  if (stderr.includes("dubious ownership"))
    return {
      problem: "git does not trust the folder, because another user owns it",
      remedy: "Run git config --global --add safe.directory '*' before pulumi",
    };
  if (stderr.includes("does not have any commits"))
    return { problem: "there is no commit yet", remedy: "Commit the program" };
  return { problem: "the folder is in no git repository", remedy: "Run pulumi in a checkout" };
}
