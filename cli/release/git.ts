/** The commit of a changed config file. */
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { linkedFile } from "../file";
import { Refused } from "../refused";

/**
 * Throws {@link Refused} if the file has other changes, because the commit would include them, if no branch is checked
 * out, and if there is no repository.
 */
export function assertClean(config: string): void {
  const file = linkedFile(config);
  let changes: string;
  try {
    changes = git(file, "status", "--porcelain", "--", path.basename(file));
  } catch (error) {
    throw new Refused(`--commit: ${gitMessage(error)}`);
  }
  if (changes.trim() !== "")
    throw new Refused(`--commit: ${path.basename(file)} has changes that are not committed; commit or undo them first`);
  if (!onBranch(file))
    throw new Refused("--commit: HEAD is detached, so the commit would be on no branch; check out a branch first");
}

function onBranch(file: string): boolean {
  try {
    git(file, "symbolic-ref", "--quiet", "HEAD");
    return true;
  } catch {
    return false;
  }
}

/** Commits only this file; other staged changes stay staged. Returns the id of the commit. */
export function commitFile(config: string, subject: string, trailers: Readonly<Record<string, string>>): string {
  const file = linkedFile(config);
  const name = path.basename(file);
  const lines = Object.entries(trailers).map(([key, value]) => `${key}: ${value}`);
  try {
    git(file, "add", "--", name);
    git(file, "commit", "--quiet", "--only", "-m", subject, "-m", lines.join("\n"), "--", name);
    return git(file, "rev-parse", "HEAD").trim();
  } catch (error) {
    throw new Error(`git: ${gitMessage(error)}`, { cause: error });
  }
}

/** The time of the checked out commit, in seconds since 1970; undefined if the file is in no repository with a commit. */
export function commitTime(file: string): number | undefined {
  try {
    return Number(git(file, "log", "-1", "--format=%ct"));
  } catch {
    return undefined;
  }
}

function git(file: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: path.dirname(file), encoding: "utf8", stdio: "pipe" });
}

function gitMessage(error: unknown): string {
  const { stderr = "", stdout = "", message = "" } = error as { stderr?: string; stdout?: string; message?: string };
  return (stderr.trim() || stdout.trim() || message).split("\n")[0] ?? "";
}
