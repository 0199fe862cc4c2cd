/**
 * Disturbs a rollback while the alias is being written. There are three disturbances: Ctrl-C of the terminal,
 * cancellation of the pipeline, and the end of the process that reads the output. The rollback must be completed, and
 * the stack must not stay locked.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type CommandBench, canaryBench } from "../../support/command";
import { root } from "../../support/root";

jest.setTimeout(600_000);

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench();
});

afterAll(() => bench.close());

type Started = ReturnType<typeof spawn>;

/** The folder for temporary files of the command. */
const temporary = () => join(bench.program.folder, ".engine", "temporary");

/** Runs `rollback --yes` in a separate process group, as a terminal does. Calls `disturb` just before the alias is written. */
async function rollback(disturb: (command: Started) => void): Promise<{ code: number | null; printed: string }> {
  mkdirSync(temporary(), { recursive: true });
  const child = spawn(process.execPath, [join(root, "bin", "pulumi-alicloud-fc.cjs"), "rollback", "--yes"], {
    ...{
      cwd: bench.program.folder,
      env: { ...bench.env, TMPDIR: temporary() },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed += String(chunk)));
  const action = { kind: "before", run: () => disturb(child) } as const;
  bench.emulator.faults.add({ operation: "UpdateAlias", action });
  const [code] = (await once(child, "exit")) as [number | null];
  // During a rollback, the run uses a copy of the config file. Afterwards the copy must be deleted.
  expect(readdirSync(temporary()).filter((name) => name.startsWith("fc-release-"))).toEqual([]);
  return { code, printed };
}

/** Gives the candidate 5 % again, and removes the rejection. */
async function again(): Promise<void> {
  bench.setConfig(`${bench.config().replace(/^ *canary:reject: .*\n/m, "")}`);
  bench.write(`another ${bench.emulator.requests.length}`);
  await bench.up();
  expect(Object.values(bench.split()).sort()).toEqual([5, 95]);
}

const signal = (name: NodeJS.Signals, group: boolean) => (child: Started) => {
  process.kill(group ? -(child.pid ?? 0) : (child.pid ?? 0), name);
};

it.each<[string, (child: Started) => void, RegExp]>([
  ["Ctrl-C in the terminal", signal("SIGINT", true), /interrupted: waiting for pulumi to end/],
  ["an interrupt of the command alone", signal("SIGINT", false), /interrupted: waiting for pulumi to end/],
  ["a runner that cancels its step", signal("SIGTERM", false), /interrupted: waiting for pulumi to end/],
  [
    "a reader that is gone",
    (child) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    /^/,
  ],
])("rollback, disturbed by %s: the traffic goes back, and the stack is not locked", async (_name, disturb, message) => {
  const { code, printed } = await rollback(disturb);
  expect(printed).toMatch(message);
  // The write that was in flight was carried out.
  expect(Object.values(bench.split())).toEqual([100]);
  // A completed command has written the key. A cancelled command prints what is left to do.
  const isWritten = /canary:reject/.test(readFileSync(join(bench.program.folder, "Pulumi.test.yaml"), "utf8"));
  expect([code, isWritten]).toEqual(isWritten ? [0, true] : [1, false]);
  if (!isWritten) expect(printed).toMatch(/pulumi up failed: [\s\S]*was not changed/);
  await bench.stack.refresh();
  expect(Object.values(bench.split())).toEqual([100]);
  await again();
});
