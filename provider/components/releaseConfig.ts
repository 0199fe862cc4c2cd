/** `releaseConfig`: what moves a release, read from stack config. */
import { execFileSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";

/** The keys as config has them; `check` judges their values. */
export interface ConfiguredKeys {
  /** Percent of the traffic for the candidate. */
  weight?: string;
  /** The candidate the weight is meant for. */
  for?: string;
  /** Percent, ascending. */
  steps?: number[];
  /** `canary` or `direct`. */
  strategy?: string;
  /** `true` or `false`. */
  hold?: string;
  /** The version to roll back. */
  reject?: string;
  /** The version to lift a rejection from, and a number not used before. */
  retry?: string;
  /** Order of runs. */
  rev?: string;
  /** Versions kept. */
  keep?: string;
}

const TEXTS = ["weight", "for", "strategy", "hold", "reject", "retry", "keep"] as const;

/**
 * Reads `<namespace>:weight`, `:for`, `:steps`, `:strategy`, `:hold`, `:reject`, `:retry`, `:rev` and `:keep` from stack
 * config. Several releases in one stack have namespaces of their own.
 *
 * @param namespace default `canary`
 */
export function releaseConfig(namespace = "canary"): ConfiguredKeys {
  const config = new pulumi.Config(namespace);
  const keys: ConfiguredKeys = {};
  for (const key of TEXTS) {
    const value = config.get(key);
    if (value !== undefined) keys[key] = value;
  }
  const steps = config.getObject<number[]>("steps");
  if (steps !== undefined) keys.steps = steps;
  const rev = config.get("rev") ?? "auto";
  const order = rev === "auto" ? runOrder(process.cwd(), process.env) : rev;
  if (order !== undefined) keys.rev = order;
  return keys;
}

/**
 * The order of this run: seconds of the commit's committer date, which a re-run of an old job has unchanged and a revert has
 * higher. From git in the folder, else from GitLab's CI_COMMIT_TIMESTAMP; undefined with neither.
 */
export function runOrder(folder: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  try {
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    const text = execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: folder, encoding: "utf8", stdio });
    if (/^\d+\n?$/.test(text)) return text.trim();
  } catch {
    // No git, or no repository.
  }
  const seconds = Date.parse(env["CI_COMMIT_TIMESTAMP"] ?? "") / 1000;
  return Number.isNaN(seconds) ? undefined : String(Math.floor(seconds));
}
