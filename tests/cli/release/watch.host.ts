/**
 * `watch` in a pseudo-terminal, which `script` of util-linux makes: it redraws the screen, and restores the terminal
 * after Ctrl-C.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { root } from "../../support/root";
import { type JudgedBench, judgedBench } from "./judged";

jest.setTimeout(600_000);

const HIDE = "\u001b[?25l";
const SHOW = "\u001b[?25h";
const SYNCHRONIZED = "\u001b[?2026h";

let bench: JudgedBench;

beforeAll(async () => {
  bench = await judgedBench();
});

afterAll(() => bench.close());

/** Starts `watch` in a terminal of 80 columns with colours. */
function watch() {
  const command = `stty cols 80 rows 40; exec ${process.execPath} ${join(root, "bin", "pulumi-alicloud-fc.cjs")} watch --interval 1`;
  const env = { ...bench.env, TERM: "xterm-256color", NO_COLOR: "" };
  return spawn("script", ["-qec", command, "/dev/null"], { cwd: bench.program.folder, env, stdio: ["pipe", "pipe", "inherit"] }); // prettier-ignore
}

it("redraws the screen in one write, hides the cursor, and shows it again after Ctrl-C, with exit code 130", async () => {
  const child = watch();
  let drawn = "";
  let asked = false;
  child.stdout.on("data", (chunk) => {
    drawn += String(chunk);
    if (asked || drawn.split(SYNCHRONIZED).length < 3) return;
    asked = true;
    child.stdin.write("\u0003");
  });
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(130);
  expect(drawn).toContain("\u001b[36m● canary\u001b[39m  v2 at 10 % beside v1");
  expect(drawn).toContain(HIDE);
  expect(drawn.lastIndexOf(SHOW)).toBeGreaterThan(drawn.lastIndexOf(HIDE));
});

it("shows the cursor when Ctrl-Z stops it, and draws again when it goes on", async () => {
  const child = watch();
  let drawn = "";
  child.stdout.on("data", (chunk) => (drawn += String(chunk)));
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await setTimeout(20);
  };
  await until(() => drawn.split(SYNCHRONIZED).length > 2);
  const before = drawn.length;
  child.stdin.write("\u001a");
  // `script` stops itself when its child process stops. A SIGCONT to `script` continues the child process too.
  await until(() => /\) T /.test(readFileSync(`/proc/${child.pid ?? 0}/stat`, "utf8")));
  child.kill("SIGCONT");
  await until(() => drawn.lastIndexOf(SYNCHRONIZED) > before);
  child.stdin.write("\u0003");
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(130);
  const after = drawn.slice(before);
  expect(after).toContain(SHOW);
  expect(after.indexOf(HIDE)).toBeGreaterThan(after.indexOf(SHOW));
  expect(after.lastIndexOf(SHOW)).toBeGreaterThan(after.lastIndexOf(HIDE));
});
