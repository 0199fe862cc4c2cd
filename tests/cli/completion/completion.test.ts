/**
 * Completion. The script for bash is run in bash with the real command. zsh and fish may be missing on the machine, so their scripts are
 * compared with files, for a small program that has each kind of value and each character that must be quoted.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { completionScript } from "../../../cli/completion";
import { releaseCommands } from "../../../cli/release";
import { root } from "../../support/root";

const command = join(root, "bin", "pulumi-alicloud-fc.cjs");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "completion-"));
  const script = execFileSync(process.execPath, [command, "completion", "bash"], { encoding: "utf8" });
  writeFileSync(join(folder, "script"), script);
  for (const name of ["Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.dev.yml", "record.json"])
    writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "programs"));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The completions of bash for the last word of a line. */
function offered(...line: string[]): string[] {
  return offeredIn(folder, ...line);
}

function offeredIn(cwd: string, ...line: string[]): string[] {
  const words = line.map((word) => `'${word}'`).join(" ");
  const text = `. ./script; COMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; $(complete -p "\${COMP_WORDS[0]}" | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%s\\n' "\${COMPREPLY[@]}"`;
  const found = execFileSync("bash", ["--norc", "-c", text], { cwd, encoding: "utf8" });
  return found.split("\n").filter((word) => word !== "").sort(); // prettier-ignore
}

describe("in bash", () => {
  it.each<[string, string[], string[]]>([
    ["verbs", ["pulumi-alicloud-fc", "r"], ["replay", "report", "resume", "rollback"]],
    ["verbs of the short name", ["fc-rollout", "wat"], ["watch"]],
    ["options of a verb", ["fc-rollout", "watch", "--o"], ["--once"]],
    ["options behind others", ["fc-rollout", "set", "25", "--stack", "prod", "--dry"], ["--dry-run"]],
    ["the words of an option", ["fc-rollout", "watch", "--until", "p"], ["paused"]],
    ["the words of an argument", ["fc-rollout", "completion", "z"], ["zsh"]],
    ["stacks by their config files", ["fc-rollout", "status", "--stack", ""], ["dev", "prod"]],
    ["folders", ["fc-rollout", "status", "--cwd", ""], ["programs"]],
    ["files", ["fc-rollout", "replay", "rec"], ["record.json"]],
    ["nothing for a value of the user's", ["fc-rollout", "set", "--expect", ""], []],
    ["nothing behind an unknown verb", ["fc-rollout", "nothing", "-"], []],
    ["verbs behind help", ["fc-rollout", "help", "his"], ["history"]],
  ])("completes %s", (_name, line, words) => {
    expect(offered(...line)).toEqual(words);
  });
});

it("the completion in bash does not execute text in the name of a file", () => {
  const strange = mkdtempSync(join(tmpdir(), "completion-"));
  for (const name of ["Pulumi.$(touch made).yaml", "Pulumi.`touch made`.yaml", "Pulumi.a b.yaml", "Pulumi.*.yaml"])
    writeFileSync(join(strange, name), "");
  writeFileSync(join(strange, "script"), readFileSync(join(folder, "script")));
  // bash puts a completion into the command line unchanged, so the script must quote it.
  expect(offeredIn(strange, "fc-rollout", "status", "--stack", "")).toEqual([
    "\\$\\(touch\\ made\\)",
    "\\`touch\\ made\\`",
    "a\\ b",
  ]);
  expect(existsSync(join(strange, "made"))).toBe(false);
  rmSync(strange, { recursive: true });
});

const small = new Command("small");
small
  .command("show")
  .description("show what's there: all of it")
  .argument("<file>", "a file")
  .option("--stack <name>", "the stack [of the user's]")
  .option("--cwd <folder>", "folder")
  .option("--json", "as JSON")
  .addOption(new Option("--until <phase>", "phase").choices(["stable", "canary"]));
small.command("set").description("set").argument("<percent>").option("--expect <place>", "place");
small
  .command("completion")
  .description("a script")
  .addArgument(new Argument("<shell>").choices(["bash", "zsh"]));

it.each(["zsh", "fish"])("the script for %s is the one that was last tried in this shell", (shell) => {
  const file = join(__dirname, `small.${shell}`);
  const script = completionScript(small, shell);
  if (process.env["SCREENS"] === "write") writeFileSync(file, script);
  expect(script).toBe(readFileSync(file, "utf8"));
});

it.each(["bash", "zsh", "fish"])("the script for %s has every subcommand and every option", (shell) => {
  const program = new Command("pulumi-alicloud-fc");
  for (const verb of releaseCommands()) program.addCommand(verb);
  const script = completionScript(program, shell);
  const options = releaseCommands().flatMap((verb) => verb.options.map(({ long }) => long ?? ""));
  const names = [...releaseCommands().map((verb) => verb.name()), ...options];
  const written = names.map((name) => (shell === "fish" ? name.replace(/^--/, "-l ") : name));
  expect(written.filter((name) => !script.includes(name))).toEqual([]);
});

it("refuses an unknown shell", () => {
  try {
    execFileSync(process.execPath, [command, "completion", "tcsh"], { encoding: "utf8", stdio: "pipe" });
    throw new Error("no refusal");
  } catch (error) {
    const { status, stderr } = error as { status?: number; stderr?: string };
    expect([status, stderr]).toEqual([3, expect.stringContaining("Allowed choices are bash, zsh, fish")]);
  }
});
