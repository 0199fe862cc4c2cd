/**
 * A rollback while the alias is being written: the terminal sends Ctrl-C, the pipeline is cancelled, or the reader of the output
 * ends. The rollback must be completed, and the stack must not stay locked.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type CommandBench, commandBench } from "../../support/command";
import { root } from "../../support/root";

jest.setTimeout(600_000);

let bench: CommandBench;

beforeAll(async () => {
  bench = await commandBench();
  await bench.up();
  bench.write("two");
  await bench.up();
});

afterAll(() => bench.close());

type Started = ReturnType<typeof spawn>;

/** The folder of temporary files of the command. */
const temporary = () => join(bench.program.folder, ".engine", "temporary");

/** Runs `rollback --yes` in a process group of its own, as a terminal does, and disturbs it when the alias is about to be written. */
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
  // A run that rolls back has a copy of the config file.
  expect(readdirSync(temporary()).filter((name) => name.startsWith("fc-release-"))).toEqual([]);
  return { code, printed };
}

/** The candidate is back at 5 %, as if it had not been rejected. */
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
  // The write in flight was carried out.
  expect(Object.values(bench.split())).toEqual([100]);
  // A run that ended writes the key; one that was cancelled names what is left to do.
  const isWritten = /canary:reject/.test(readFileSync(join(bench.program.folder, "Pulumi.test.yaml"), "utf8"));
  expect([code, isWritten]).toEqual(isWritten ? [0, true] : [1, false]);
  if (!isWritten) expect(printed).toMatch(/pulumi up failed: [\s\S]*was not changed/);
  await bench.stack.refresh();
  expect(Object.values(bench.split())).toEqual([100]);
  await again();
});
