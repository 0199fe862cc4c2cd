/** The contract is checked: each of these mistakes, planted in the emulator, makes the case fail that is about it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { altered, type Change } from "./altered";
import { ALL, CASES } from "./cases";
import { DEVIATIONS } from "./deviations";
import { DEFAULTS, emulatorTarget } from "./targets";

type Named = (typeof ALL)[number];

/** Which of these cases fail with a mistake planted. */
async function failing(cases: readonly Named[], change: Change): Promise<string[]> {
  const target = await emulatorTarget(altered(change).startEmulator);
  const failed: string[] = [];
  for (const single of cases) {
    await target.run(single, DEFAULTS).catch((error: unknown) => failed.push(`${single.name}: ${String(error)}`));
  }
  await target.close();
  return failed;
}

function caseOf(group: string, name: string): Named {
  const found = ALL.find((each) => each.group === group && each.name === name);
  if (found === undefined) throw new Error(`${group} has no case of the name ${name}`);
  return found;
}

it.each(Object.keys(CASES))("no case of %s fails when nothing is changed", async (group) => {
  const same = "class ServiceError";
  const cases = ALL.filter((each) => each.group === group);
  expect(await failing(cases, { file: "errors.ts", code: same, instead: same })).toEqual([]);
});

it.each(DEVIATIONS)("$group › $what: noticed by: $noticedBy", async ({ group, noticedBy, ...change }) => {
  expect(await failing([caseOf(group, noticedBy)], change)).toHaveLength(1);
});

it("every group has mistakes planted, each once", () => {
  expect([...new Set(DEVIATIONS.map(({ group }) => group))].sort()).toEqual(Object.keys(CASES).sort());
  expect(new Set(DEVIATIONS.map(({ group, what }) => `${group} ${what}`)).size).toBe(DEVIATIONS.length);
});

it("the README's count of mistakes is this one", () => {
  expect(readFileSync(join(__dirname, "README.md"), "utf8")).toContain(`each of ${DEVIATIONS.length} mistakes`);
});
