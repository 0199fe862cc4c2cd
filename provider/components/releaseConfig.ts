/** `releaseConfig`: what moves a release, read from stack config. */
import { execFileSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import type { AnalysisSettings, StepSetting } from "../core/analysis/policy";
import { OBJECT_KEYS } from "../core/release/keys";

/** The keys as config has them. `check` refuses wrong values. */
export interface ConfiguredKeys {
  /** Percent of the traffic for the candidate: `25`, `v8=25`; `auto`. */
  weight?: string;
  /** Percent, ascending, or objects with conditions. */
  steps?: StepSetting[];
  /** By what a candidate is judged under weight `auto`. */
  analysis?: AnalysisSettings;
  /** `canary` or `direct`. */
  strategy?: string;
  /** `true` or `false`. */
  hold?: string;
  /** The version to reject: `v8`. */
  reject?: string;
  /** The version to try again: `v8`, the second time `v8@2`. */
  retry?: string;
  /** Order of runs: `1764195000`, `1764195000 replaces 9999999999`. */
  rev?: string;
  /** Unused versions that are kept. */
  keep?: string;
}

const TEXTS = ["weight", "strategy", "hold", "reject", "retry", "keep"] as const;
const KEYS: readonly string[] = [...TEXTS, ...OBJECT_KEYS, "rev"];

/**
 * Reads `<namespace>:weight`, `:steps`, `:analysis`, `:strategy`, `:hold`, `:reject`, `:retry`, `:rev` and `:keep` from stack config.
 * Several releases in one stack have namespaces of their own.
 *
 * @param namespace default `canary`
 * @throws Error for a key under the namespace that does not exist, with the closest one that does
 * @example
 * ```ts
 * new fc.CanaryRelease("api", { function: settings, aliasName: "prod", ...fc.releaseConfig() });
 * ```
 */
export function releaseConfig(namespace = "canary"): ConfiguredKeys {
  refuseUnknownKeys(namespace, Object.keys(pulumi.runtime.allConfig()));
  const config = new pulumi.Config(namespace);
  const keys: ConfiguredKeys = {};
  for (const key of TEXTS) {
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
 * Throws for what is neither true, false nor a namespace: `"true"` as text would read keys of a namespace of that name, and leave
 * those of `canary` out in silence.
 */
export function assertConfig(config: unknown): asserts config is boolean | string {
  if (typeof config === "boolean") return;
  if (typeof config === "string" && /^[^:\s]+$/.test(config) && !/^(true|false|yes|no)$/i.test(config)) return;
  const got = typeof config === "object" ? "a value that is known later" : `${typeof config} ${JSON.stringify(config)}`;
  throw new Error(`config: got ${got}; allowed: true, false, or the namespace of the keys as text, such as "canary"`);
}

/** A key spelt wrong would be left out in silence, a rejection at night among them. */
export function refuseUnknownKeys(namespace: string, configured: readonly string[]): void {
  const own = configured.filter((key) => key.startsWith(`${namespace}:`)).map((key) => key.slice(namespace.length + 1));
  const unknown = own.find((key) => !KEYS.includes(key));
  if (unknown === undefined) return;
  const advice =
    unknown === "for"
      ? `write the version into the weight: ${namespace}:weight v8=25`
      : `did you mean ${namespace}:${closest(unknown, KEYS)}? Allowed: ${KEYS.join(", ")}`;
  throw new Error(`config ${namespace}:${unknown}: there is no such key; ${advice}`);
}

function autoOrder(namespace: string): string | undefined {
  const order = runOrder(process.cwd(), process.env, Date.now());
  if ("order" in order) return order.order;
  void pulumi.log.warn(
    `the order of runs is not known (${order.problem}): a late run of an older commit is not told from a new one. ${order.remedy}, or set ` +
      `${namespace}:rev to a number that grows with every run`,
  );
  return undefined;
}

/** The order of a run, or why it is not known and what to do. */
export type RunOrder = { readonly order: string } | { readonly problem: string; readonly remedy: string };

/** How far the clock of who committed may be ahead, in seconds: a day. */
const AHEAD = 86_400;

/**
 * The order of this run: seconds of the commit's committer date. A re-run of an old job has the same, a revert a higher one. It is
 * read from git in the folder, else from GitLab's CI_COMMIT_TIMESTAMP. A date more than a day ahead is none: it would make every
 * later run count as an older one.
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
