/** Runs cases on an emulator with a planted mistake. */
import { altered, type Change } from "./altered";
import { ALL } from "./cases";
import type { Deviation } from "./deviations";
import { DEFAULTS, emulatorTarget } from "./targets";

/** A case and its group. */
export type Named = (typeof ALL)[number];

/** The cases that fail with a planted mistake, and their errors. */
export async function failing(cases: readonly Named[], change: Change): Promise<string[]> {
  const target = await emulatorTarget(altered(change).startEmulator);
  const failed: string[] = [];
  for (const single of cases) {
    await target.run(single, DEFAULTS).catch((error: unknown) => failed.push(`${single.name}: ${String(error)}`));
  }
  await target.close();
  return failed;
}

/** The case with this name. Throws if there is none. */
export function caseOf(group: string, name: string): Named {
  const found = ALL.find((each) => each.group === group && each.name === name);
  if (found === undefined) throw new Error(`${group} has no case of the name ${name}`);
  return found;
}

/** A change that changes nothing: the sources are then compiled in the same way, but without a mistake. */
export const NO_CHANGE: Change = { file: "base/errors.ts", code: "class ServiceError", instead: "class ServiceError" };

/** Tests that each mistake makes the case in `noticedBy` fail. */
export function testNoticed(deviations: readonly Deviation[]): void {
  it.each(deviations)("$group › $what: noticed by: $noticedBy", async ({ group, noticedBy, ...change }) => {
    expect(await failing([caseOf(group, noticedBy)], change)).toHaveLength(1);
  });
}
