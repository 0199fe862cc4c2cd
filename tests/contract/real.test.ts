/** The contract suite on a real account, with `FC_CONTRACT_TARGET=real`. Without it: tests of the required settings. */
import { writeFileSync } from "node:fs";
import type { Switches } from "../../emulator";
import { SWITCHES } from "../../emulator";
import type { Case } from "./case";
import { ALL } from "./cases";
import { differences, type Recorded } from "./recording";
import { combinations, DEFAULTS, emulatorTarget, realTarget, type Running } from "./targets";

const isReal = process.env["FC_CONTRACT_TARGET"] === "real";

it.each(["FC_CONTRACT_PREFIX", "ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"])(
  "a run on a real account needs %s",
  (missing) => {
    const names = ["FC_CONTRACT_PREFIX", "ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"]; // prettier-ignore
    const env = Object.fromEntries(names.map((name) => [name, name === missing ? "" : "x"]));
    expect(() => realTarget(env)).toThrow(`${missing} is not set`);
  },
);

/** The values of a switch in the combinations that pass. One value is a result; several values are no result. */
function findings({ switches = [] }: Case, passed: readonly Switches[]): string[] {
  return switches.flatMap((name) => {
    const values = [...new Set(passed.map((each) => each[name]))];
    return values.length === 1 ? [`${name}=${values[0]}`] : [];
  });
}

/** Runs a case with every combination and returns those that pass. Throws the first failure if none passes. */
async function passing(target: Pick<Running, "run">, single: Case): Promise<Switches[]> {
  const passed: Switches[] = [];
  const failures: unknown[] = [];
  for (const switches of combinations(single.switches)) {
    await target.run(single, switches).then(
      () => passed.push(switches),
      (error: unknown) => failures.push(error),
    );
  }
  if (passed.length === 0) throw failures[0];
  return passed;
}

const ALONE = ALL.filter(({ switches = [] }) => switches.length === 1);

it.each(ALONE)(
  "$group › $name on an emulator in place of the real service has the result of the emulator",
  async (single) => {
    const [name] = single.switches ?? [];
    if (name === undefined) throw new Error("the case names no switch");
    const emulator = await emulatorTarget();
    const has: Switches = { ...DEFAULTS, [name]: SWITCHES[name].values.at(-1) ?? "" };
    const passed = await passing({ run: (each, expected) => emulator.run(each, expected, has) }, single);
    await emulator.close();
    const values = passed.map((each) => each[name]);
    expect(values).toContain(has[name]);
    expect(findings(single, passed)).toEqual(new Set(values).size === 1 ? [`${name}=${has[name]}`] : []);
  },
);

/** The answers of the service in one case, the switches with which the case passed, and the differences from the emulator. */
interface Finding {
  readonly grade: string;
  readonly source: string;
  readonly findings: readonly string[];
  readonly calls: readonly Recorded[];
  readonly differences: readonly string[];
}

if (isReal) {
  const target = realTarget(process.env);
  const file = process.env["FC_CONTRACT_RECORDING"] ?? "contract-recording.json";
  const cases: Record<string, Finding> = {};
  let beside: Running;
  beforeAll(async () => {
    beside = await emulatorTarget();
  });
  afterAll(async () => {
    await beside.close();
    writeFileSync(file, `${JSON.stringify({ recordedAt: new Date().toISOString(), cases }, null, 2)}\n`);
  });

  it.each(ALL)("real: $group › $name [$grade]", async (single) => {
    const passed = await passing(target, single);
    const found = findings(single, passed);
    const [switches = DEFAULTS] = passed;
    const calls = await target.run(single, switches);
    const apart = differences(await beside.run(single, switches), calls);
    const { grade, source } = single;
    cases[`${single.group} › ${single.name}`] = { grade, source, findings: found, calls, differences: apart };
    if (found.length > 0) process.stdout.write(`${single.name}: ${found.join(", ")}\n`);
    if (apart.length > 0) process.stdout.write(`${single.name}: ${apart.join("\n  ")}\n`);
    expect(found.length).toBeLessThanOrEqual(single.switches?.length ?? 0);
  });
}
