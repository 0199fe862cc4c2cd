/**
 * `pulumi up` interrupted in the middle of each write, on the real engine: Ctrl-C once, Ctrl-C twice, and a kill. The
 * next runs end where one undisturbed run would have ended, with each change made once.
 */
import { spawn } from "node:child_process";
import { Api } from "../emulator/support";
import { changes } from "../support/engine";
import { type LanguageBench, type WriteProgram, hostsOnPath, languageBench } from "../support/languages";

jest.setTimeout(900_000);

const FUNCTION = "functionName: api, runtime: nodejs20, handler: index.handler, code: ./src";

/** Function, version and alias, or the component. */
const plain: WriteProgram = (program) =>
  program.file(
    "Pulumi.yaml",
    `name: canary
runtime: yaml
resources:
  fn: { type: "alicloud-fc:Function", properties: { ${FUNCTION} } }
  version:
    type: alicloud-fc:Version
    properties:
      function: { functionName: "\${fn.functionName}", fingerprint: "\${fn.fingerprint}", revision: "\${fn.revision}" }
  live:
    type: alicloud-fc:Alias
    properties:
      function: { functionName: "\${fn.functionName}" }
      aliasName: prod
      canary: { versionId: "\${version.versionId}", weight: 5 }
`,
  );
const component: WriteProgram = (program) =>
  program.file(
    "Pulumi.yaml",
    `name: canary
runtime: yaml
resources:
  api: { type: "alicloud-fc:CanaryRelease", properties: { function: { ${FUNCTION} }, aliasName: prod, weight: 5 } }
`,
  );

/** What is done to the process group of the command line while a request is held, and how the held request goes on. */
interface Interruption {
  readonly signals: readonly NodeJS.Signals[];
  /** True: the service makes the change that it had received. False: the request is lost. */
  readonly applied: boolean;
}

/** Runs `up` and interrupts it when the service receives the operation. Resolves when the command has ended. */
async function interrupted(
  bench: LanguageBench,
  operation: string,
  { signals, applied }: Interruption,
): Promise<string> {
  const { envVars = {}, pulumiHome = "" } = bench.stack.workspace;
  // The command gets its own process group, because Ctrl-C in a terminal goes to all processes of the foreground group.
  const run = spawn("pulumi", ["up", "--yes", "--skip-preview", "--stack", "test", "--non-interactive"], {
    cwd: bench.program.folder,
    env: { ...process.env, ...envVars, PULUMI_HOME: pulumiHome },
    detached: true,
  });
  let printed = "";
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (text: Buffer) => (printed += text.toString()));
  const ended = new Promise<void>((resolve) => run.on("close", () => resolve()));
  let struck = false;
  const hold = async () => {
    struck = true;
    const [first, ...more] = signals;
    process.kill(-(run.pid ?? 0), first);
    for (const signal of more) {
      // The engine announces that it cancels, before it takes the next signal.
      while (!/cancel/i.test(printed)) await new Promise((resolve) => run.stdout.once("data", resolve));
      process.kill(-(run.pid ?? 0), signal);
    }
    // A single Ctrl-C waits for the request, and every other interruption ends the command.
    if (signals.length > 1 || first === "SIGKILL") await ended;
    if (!applied) throw new Error("lost");
  };
  bench.emulator.faults.add({ operation, action: { kind: "before", run: hold } });
  await ended;
  bench.emulator.faults.clear();
  if (!struck) throw new Error(`${operation} was not sent:\n${printed}`);
  // The lock of a killed command stays, as Pulumi's message says.
  await bench.stack.cancel();
  return printed;
}

describe.each([
  ["Ctrl-C, of function, version and alias", { signals: ["SIGINT"], applied: true }, plain],
  ["Ctrl-C and a lost request, of a release", { signals: ["SIGINT"], applied: false }, component],
  ["Ctrl-C twice, of a release", { signals: ["SIGINT", "SIGINT"], applied: true }, component],
  ["Ctrl-C twice and a lost request, of the three", { signals: ["SIGINT", "SIGINT"], applied: false }, plain],
  ["a kill, of function, version and alias", { signals: ["SIGKILL"], applied: true }, plain],
] as const)("%s", (_what, interruption, write) => {
  let bench: LanguageBench;

  beforeAll(async () => {
    bench = await languageBench(write, hostsOnPath("yaml"));
  });

  afterAll(() => bench.close());

  it.each([
    ["one", ["CreateFunction", "PublishFunctionVersion", "CreateAlias"], { "1": 100 }],
    ["two", ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"], { "1": 95, "2": 5 }],
  ])("interrupted at each change of code %s: each change is made once", async (answer, operations, split) => {
    bench.code(answer);
    const from = bench.emulator.mutations().length;
    for (const operation of operations) await interrupted(bench, operation, interruption);
    await bench.stack.up();
    expect(bench.sent(from)).toEqual(operations);
    expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
    const { versionId = "", additionalVersionWeight = {} } = await new Api(bench.emulator).getAlias("api", "prod");
    const shares = Object.entries(additionalVersionWeight).map(([id, share]) => [id, share * 100] as const);
    const rest = shares.reduce((left, [, share]) => left - share, 100);
    expect(Object.fromEntries([[versionId, rest], ...shares])).toEqual(split);
  });

  it("all created objects are in state: a destroy deletes all of them", async () => {
    await bench.stack.destroy();
    expect((await new Api(bench.emulator).list()).functions ?? []).toEqual([]);
  });
});
