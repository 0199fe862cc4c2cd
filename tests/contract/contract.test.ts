/**
 * All cases with the default switches, and each case with each of its switches changed, one at a time. With `FC_CONTRACT=all`,
 * each case runs with every combination of its switches.
 *
 * With the defaults, each case also runs in a second region, because the recording of `npm run contract` must not depend on the
 * region.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SWITCH_NAMES } from "../../emulator/base/switches";
import { startEmulator, SWITCHES, type Switches } from "../../emulator";
import type { Case } from "./case";
import { ALL } from "./cases";
import { differences } from "./recording";
import { combinations, DEFAULTS, emulatorTarget, type Running } from "./targets";

let target: Running;
let elsewhere: Running;
beforeAll(async () => {
  target = await emulatorTarget();
  elsewhere = await emulatorTarget(() => startEmulator({ region: "eu-central-1" }));
});
afterAll(() => Promise.all([target.close(), elsewhere.close()]));

/** The combinations of values of switches with which a case runs, in addition to the run with the defaults. */
function turned({ switches = [] }: Case): Switches[] {
  if (process.env["FC_CONTRACT"] === "all") return combinations(switches).slice(1);
  return switches.flatMap((name) =>
    SWITCHES[name].values.slice(1).map((value): Switches => ({ ...DEFAULTS, [name]: value })),
  );
}

/** The switches that differ from the defaults, for the title of a test. */
function shown(switches: Switches): string {
  const names = SWITCH_NAMES.filter((name) => switches[name] !== DEFAULTS[name]);
  return names.map((name) => `${name}=${switches[name]}`).join(", ");
}

it.each(ALL)("$group › $name [$grade]", async (single) => {
  const [mine, its] = await Promise.all([target.run(single, DEFAULTS), elsewhere.run(single, DEFAULTS)]);
  expect(differences(mine, its)).toEqual([]);
  expect(JSON.stringify(its)).not.toMatch(/eu-central-1|0000\d{12}|\d{4}-\d\d-\d\dT|127\.0\.0\.1/);
});

const TURNED = ALL.flatMap((single) => turned(single).map((switches) => ({ single, switches, with: shown(switches) })));

it.each(TURNED)("$single.group › $single.name [$with]", async ({ single, switches }) => {
  await expect(target.run(single, switches)).resolves.toBeDefined();
});

const DEVIATIONS = SWITCH_NAMES.flatMap((name) =>
  SWITCHES[name].values.slice(1).map((value) => [name, value] as const),
);

it.each(DEVIATIONS)("a case fails on an emulator with %s=%s if the default is expected", async (name, value) => {
  const concerned = ALL.filter(({ switches = [] }) => switches.includes(name));
  const outcomes = concerned.map((single) =>
    target.run(single, DEFAULTS, { ...DEFAULTS, [name]: value }).then(
      () => "passed",
      () => "failed",
    ),
  );
  expect(await Promise.all(outcomes)).toContain("failed");
});

it("the suite has at least 120 cases, each with another name and with a source", () => {
  expect(ALL.length).toBeGreaterThanOrEqual(120);
  expect(new Set(ALL.map(({ group, name }) => `${group} ${name}`)).size).toBe(ALL.length);
  expect(ALL.filter(({ source }) => source.length < 5)).toEqual([]);
});

it.each(SWITCH_NAMES)("switch %s changes the expected result of at least one case", (name) => {
  expect(ALL.filter(({ switches = [] }) => switches.includes(name)).map((each) => each.name)).not.toEqual([]);
});

it("the README has the right number of cases of each grade", () => {
  const counted = ["A", "B", "C", "D", "E"].map(
    (grade) => `${grade} ${ALL.filter((each) => each.grade === grade).length}`,
  );
  const readme = readFileSync(join(__dirname, "README.md"), "utf8");
  expect(readme).toContain(`${ALL.length} cases: ${counted.join(", ")}`);
});
