/** Cases run on an emulator with a mistake planted in it. */
import { altered, type Change } from "./altered";
import { ALL } from "./cases";
import type { Deviation } from "./deviations";
import { DEFAULTS, emulatorTarget } from "./targets";

/** A case and its group. */
export type Named = (typeof ALL)[number];

/** Which of these cases fail, and how, with a mistake planted. */
export async function failing(cases: readonly Named[], change: Change): Promise<string[]> {
  const target = await emulatorTarget(altered(change).startEmulator);
  const failed: string[] = [];
  for (const single of cases) {
    await target.run(single, DEFAULTS).catch((error: unknown) => failed.push(`${single.name}: ${String(error)}`));
  }
  await target.close();
  return failed;
}

/** The case of a name; it must be there. */
export function caseOf(group: string, name: string): Named {
  const found = ALL.find((each) => each.group === group && each.name === name);
  if (found === undefined) throw new Error(`${group} has no case of the name ${name}`);
  return found;
}

/** Changes nothing: for sources that are compiled as those with a mistake are. */
export const NO_CHANGE: Change = { file: "base/errors.ts", code: "class ServiceError", instead: "class ServiceError" };

/** Each of the mistakes makes the case fail that is named beside it. */
export function testNoticed(deviations: readonly Deviation[]): void {
  it.each(deviations)("$group › $what: noticed by: $noticedBy", async ({ group, noticedBy, ...change }) => {
    expect(await failing([caseOf(group, noticedBy)], change)).toHaveLength(1);
  });
}
