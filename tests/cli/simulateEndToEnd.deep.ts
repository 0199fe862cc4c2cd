/** `simulate --end-to-end` as users run it: the built command on the real engine. The command must leave no files. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "../support/root";

// Each test runs the engine several times.
jest.setTimeout(600_000);

const COMMAND = join(root, "bin", "pulumi-alicloud-fc.cjs");
const SHORT = [
  "simulate",
  "--end-to-end",
  "--steps",
  "10:10m:100,50:10m:100",
  "--latency",
  "none",
  "--error-limit",
  "10",
];
const CALM = ["--volume", "120", "--every", "15m"];

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "end-to-end-"));
  for (const name of ["home", "tmp", "mine"]) mkdirSync(join(folder, name));
  const bin = join(process.env["PULUMI_ALICLOUD_FC_ENGINE_ROOT"] ?? "", "bin");
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
  env = {
    ...Object.fromEntries(own),
    ...{
      PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
      HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp"),
    },
    // Settings that a user may have for other stacks.
    ...{ PULUMI_BACKEND_URL: "file:///nowhere", PULUMI_CONFIG_PASSPHRASE: "mine" },
  };
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The files in the user's folders: home, temporary files, and the working folder of the command. */
const left = () => readdirSync(folder).flatMap((name) => readdirSync(join(folder, name)));

function run(...flags: string[]) {
  const options = { cwd: join(folder, "mine"), env, encoding: "utf8" } as const;
  return spawnSync(process.execPath, [COMMAND, ...SHORT, ...flags], options);
}

it("a good candidate is raised to 100 %, with one line for each run, and no temporary files stay", () => {
  const { stdout, stderr, status } = run(...CALM, "--errors", "1%");
  expect([status, stderr]).toEqual([0, ""]);
  const [head, ...lines] = stdout.split("\n");
  expect(head).toBe("minute weight  verdict               candidate             stable   then");
  expect(lines[0]).toMatch(/^ {4}15 {3}10 % {2}pass +\d+ of 1\d\d +\d+ of 1\d{3} +50 %$/);
  expect(lines[1]).toMatch(/^ {4}30 {3}50 % {2}pass .* 100 %$/);
  expect(lines.slice(2).join("\n")).toMatch(
    /^ {2}pass at 50 % \(step 2 of 2; [^]*the candidate may be promoted\npromoted after 30 min and 2 runs of pulumi up \(seed 1\)\n$/,
  );
  for (const line of lines.slice(0, 2)) expect(line.length).toBeLessThanOrEqual(80);
  expect(left()).toEqual([]);
});

it("a bad candidate is rejected, with the evidence as JSON", () => {
  const { stdout, stderr, status } = run(...CALM, "--candidate-errors", "40%", "--json");
  expect([status, stderr]).toEqual([1, ""]);
  const { policy, ...simulated } = JSON.parse(stdout) as { policy: object; runs: { candidate: { errors: number } }[] };
  expect(policy).toMatchObject({
    errorLimit: 0.1,
    latency: [],
    steps: [{ weight: 100, bake: 600, requests: 100 }, {}],
  });
  expect(simulated).toMatchObject({ version: 1, seed: 1, every: 15, longest: 1440, end: "rejected", minutes: 15 });
  expect(simulated.runs).toMatchObject([{ minute: 15, weight: 10, next: 0, verdict: "fail" }]);
  expect(simulated.runs[0]?.candidate.errors).toBeGreaterThan(20);
  expect(left()).toEqual([]);
});

it("without traffic it is undecided", () => {
  const { stdout, status } = run("--volume", "0", "--every", "1m", "--longest", "1m");
  expect([status, stdout.split("\n")[1]]).toEqual([2, expect.stringMatching(/^ {5}1 {3}10 % {2}too early .* 10 %$/)]);
  expect(stdout).toContain("undecided after 1 min and 1 run of pulumi up");
});

it("a signal ends the simulation, and no temporary files stay", async () => {
  const options = { cwd: join(folder, "mine"), env, stdio: "ignore" } as const;
  const child = spawn(process.execPath, [COMMAND, ...SHORT, ...CALM], options);
  const ended = once(child, "exit");
  while (readdirSync(join(folder, "tmp")).length === 0) await new Promise((done) => setTimeout(done, 50));
  child.kill("SIGTERM");
  expect(await ended).toEqual([143, null]);
  expect(left()).toEqual([]);
});
