/** `fc-emulator learn` as users run it: built, in a separate process, with signals. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Emulator } from "../../../emulator";
import { useFolder, withEmulator } from "./stand";

const COMMAND = join(__dirname, "..", "..", "..", "bin", "fc-emulator.cjs");
const folder = useFolder();

let count = 0;
/** A new empty folder. */
function empty(): string {
  count += 1;
  const path = join(folder(), String(count));
  mkdirSync(path);
  return path;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs the command; `onStart` gets its process. */
async function run(cwd: string, env: object, args: string[], onStart?: (child: ChildProcess) => void): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, "learn", ...args], {
    cwd,
    env: { ...process.env, ALICLOUD_FC_EMULATOR: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onStart?.(child);
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out };
}

/** Runs it, and sends it a signal at its n-th request. */
async function interrupted(emulator: Emulator, cwd: string, signal: NodeJS.Signals, nth: number): Promise<Ended> {
  let child: ChildProcess | undefined;
  emulator.faults.add({ operation: "*", nth, action: { kind: "before", run: () => void child?.kill(signal) } });
  return await run(cwd, emulator.env, ["--yes"], (started) => (child = started));
}

it("learn prints its plan, writes a profile and leaves no function; an emulator accepts the profile", async () => {
  const cwd = empty();
  const { code, out } = await withEmulator(
    { aliasNoChange: "refuse409", aliasShows: "additional" },
    async (emulator) => {
      const ended = await run(cwd, emulator.env, ["--yes", "--prefix", "mine-"]);
      expect([...emulator.store.functions.keys()]).toEqual([]);
      return ended;
    },
  );
  expect(code).toBe(0);
  const plan = out.slice(0, out.indexOf("readAfterWrite:"));
  for (const text of [
    "begin with mine-",
    "at most 1500 times",
    "at most 200 times",
    "at most 0.01 yuan",
    "at most 15",
  ]) {
    expect(plan).toContain(text);
  }
  expect(out).toContain("aliasShows: the emulator has main, the account additional");
  expect(out).toContain("Behaviours of Function Compute seen in cn-hangzhou on ");
  expect(out).toContain("This profile was made on an emulator, so it is no evidence about the service.");
  expect(out).toContain("All created functions are deleted");
  expect(readdirSync(cwd)).toEqual(["fc-profile.json"]);
  await withEmulator({ profile: join(cwd, "fc-profile.json"), aliasShows: "main" }, ({ options }) => {
    expect(options).toMatchObject({ aliasNoChange: "refuse409", aliasShows: "main", publishGuard: "content" });
    return Promise.resolve();
  });
});

it.each<[NodeJS.Signals, number]>([
  ["SIGINT", 4],
  ["SIGTERM", 60],
])("after %s at request %i the created functions are deleted, and no profile is written", async (signal, nth) => {
  const cwd = empty();
  await withEmulator({}, async (emulator) => {
    const { code, out } = await interrupted(emulator, cwd, signal, nth);
    expect({ code, left: [...emulator.store.functions.keys()], files: readdirSync(cwd) }).toEqual({
      code: 1,
      left: [],
      files: [],
    });
    expect(out).toContain("Interrupted: deleting the created functions.");
    expect(emulator.mutations().some(({ operation }) => operation === "CreateFunction")).toBe(true);
  });
});

it("after kill -9, learn starts only after --clean has deleted the functions, also those with a trigger and an alias", async () => {
  const cwd = empty();
  await withEmulator({ deleteFunctionInUse: "refuse" }, async (emulator) => {
    const killed = await interrupted(emulator, cwd, "SIGKILL", 100);
    expect(killed.code).toBeNull();
    expect(emulator.store.functions.size).toBeGreaterThan(0);
    const again = await run(cwd, emulator.env, ["--yes"]);
    expect(again.code).toBe(1);
    expect(again.out).toContain("fc-learn-journal.jsonl belongs to a run that did not finish");
    const cleaned = await run(cwd, emulator.env, ["--clean"]);
    expect({ ...cleaned, left: [...emulator.store.functions.keys()], files: readdirSync(cwd) }).toEqual({
      code: 0,
      out: "All created functions are deleted (checked twice).\n",
      left: [],
      files: [],
    });
  });
});

it("--clean deletes only in the account and region of the run", async () => {
  const cwd = empty();
  await withEmulator({}, async (emulator) => {
    await interrupted(emulator, cwd, "SIGKILL", 30);
    const elsewhere = await run(cwd, emulator.env, ["--clean", "--region", "cn-beijing"]);
    expect(elsewhere).toMatchObject({
      code: 1,
      out: expect.stringContaining("the run was made in cn-hangzhou, and this is cn-beijing") as string,
    });
    await withEmulator({}, async (other) => {
      const cleaned = await run(cwd, other.env, ["--clean"]);
      expect(cleaned).toMatchObject({
        code: 1,
        out: expect.stringContaining("the run was made in another account") as string,
      });
    });
    expect(existsSync(join(cwd, "fc-learn-journal.jsonl"))).toBe(true);
    expect((await run(cwd, emulator.env, ["--clean"])).code).toBe(0);
  });
});

it("learn does not start without a confirmation, and does not overwrite a profile", async () => {
  const cwd = empty();
  await withEmulator({}, async (emulator) => {
    const silent = await run(cwd, emulator.env, []);
    expect(silent).toMatchObject({
      code: 1,
      out: expect.stringContaining("there is no terminal to ask for confirmation; give --yes") as string,
    });
    writeFileSync(join(cwd, "fc-profile.json"), "mine");
    const existing = await run(cwd, emulator.env, ["--yes"]);
    expect(existing).toMatchObject({
      code: 1,
      out: expect.stringContaining("fc-profile.json exists already; name another file with --out") as string,
    });
    expect(readFileSync(join(cwd, "fc-profile.json"), "utf8")).toBe("mine");
    expect(emulator.mutations()).toEqual([]);
  });
});

const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: "fcemu-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret" };

it.each<[Record<string, string>, string[], string]>([
  [{ ...KEYS, ALIBABA_CLOUD_REGION: "" }, [], "no region is given; use --region or set ALIBABA_CLOUD_REGION"],
  [KEYS, ["--region", "evil.example.com/"], "the region is 'evil.example.com/'; allowed: the id of one"],
  [{ ...KEYS, ALIBABA_CLOUD_ACCESS_KEY_SECRET: "" }, ["--region", "cn-hangzhou"], "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set"],
  [KEYS, ["--region", "cn-hangzhou"], "the key is one of an emulator, and ALICLOUD_FC_EMULATOR is not set"],
  [{ ...KEYS, ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAIx", ALICLOUD_FC_EMULATOR: "http://127.0.0.1:1" }, ["--region", "cn-hangzhou"], "the key is not one of an emulator"],
  [{ ...KEYS, ALICLOUD_FC_EMULATOR: "http://127.0.0.1:1" }, ["--region", "cn-hangzhou", "--prefix", "a/b*c"], "the prefix is 'a/b*c'"],
  [{ ...KEYS, ALICLOUD_FC_EMULATOR: "http://127.0.0.1:1" }, ["--region", "cn-hangzhou", "--clean"], "there is no fc-learn-journal.jsonl"],
])("with the environment %j, learn refuses the flags %j", (env, args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, "learn", ...args], {
    cwd: empty(),
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(stderr).toContain(message);
  expect(status).toBe(1);
}); // prettier-ignore
