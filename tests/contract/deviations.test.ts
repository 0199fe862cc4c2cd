/** The contract is checked: each of these mistakes, planted in the emulator, makes some case fail. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { altered, type Change } from "./altered";
import { ALL, CASES } from "./cases";
import { DEVIATIONS } from "./deviations";
import { DEFAULTS, emulatorTarget } from "./targets";

/** The first case of a group that fails with a mistake planted; undefined = none does. */
async function noticing(group: string, change: Change): Promise<string | undefined> {
  const target = await emulatorTarget(altered(change).startEmulator);
  try {
    for (const single of ALL.filter((each) => each.group === group)) {
      const failed = await target.run(single, DEFAULTS).then(
        () => false,
        () => true,
      );
      if (failed) return single.name;
    }
    return undefined;
  } finally {
    await target.close();
  }
}

it.each(Object.keys(CASES))("no case of %s fails when nothing is changed", async (group) => {
  const same = "class ServiceError";
  expect(await noticing(group, { file: "base/errors.ts", code: same, instead: same })).toBeUndefined();
});

it.each(DEVIATIONS)("$group › $what: noticed", async ({ group, ...change }) => {
  expect(await noticing(group, change)).toBeDefined();
});

it("every group has mistakes planted, each once", () => {
  expect([...new Set(DEVIATIONS.map(({ group }) => group))].sort()).toEqual(Object.keys(CASES).sort());
  expect(new Set(DEVIATIONS.map(({ group, what }) => `${group} ${what}`)).size).toBe(DEVIATIONS.length);
});

it("the README's count of mistakes is this one", () => {
  expect(readFileSync(join(__dirname, "README.md"), "utf8")).toContain(`each of ${DEVIATIONS.length} mistakes`);
});
