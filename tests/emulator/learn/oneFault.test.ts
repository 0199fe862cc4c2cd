/** A refusal that passes is no evidence: literal cases, and a sample of `oneFault.deep.ts`. */
import type { Fault } from "../../../emulator";
import { EXPERIMENTS } from "../../../emulator/learn/experiments";
import { learnFrom, summary, useFolder, withEmulator } from "./stand";
import { wrongDecisions } from "./oneFault";

const folder = useFolder();

/** A case: the refused call, the status and code of the refusal, and the switch of an account with all defaults. */
const CASES: [string, number, number, string, string, string][] = [
  ["DeleteFunction", 1, 409, "ConcurrentModification", "deleteFunctionInUse", "cascade"],
  ["DeleteFunction", 1, 400, "InvalidArgument", "deleteFunctionInUse", "cascade"],
  ["DeleteFunctionVersion", 2, 409, "ConcurrentModification", "deleteVersionInUse", "allow"],
  ["DeleteFunctionVersion", 2, 400, "InvalidArgument", "deleteVersionInUse", "allow"],
  ["CreateFunction", 1, 409, "ConcurrentModification", "codeCheck", "none"],
  ["CreateFunction", 1, 400, "InvalidArgument", "codeCheck", "none"],
  ["UpdateAlias", 2, 409, "ConcurrentModification", "weightPrecision", "kept"],
  ["UpdateAlias", 2, 400, "InvalidArgument", "weightPrecision", "kept"],
  ["UpdateAlias", 3, 409, "ConcurrentModification", "mainVersionWeight", "refuse"],
  ["UpdateAlias", 3, 400, "InvalidArgument", "mainVersionWeight", "refuse"],
  ["UpdateAlias", 4, 409, "ConcurrentModification", "additionalVersions", "several"],
  ["UpdateAlias", 4, 400, "InvalidArgument", "additionalVersions", "several"],
  ["DeleteFunction", 1, 409, "ConcurrentModification", "functionInUseStatus", "409"],
  ["DeleteFunction", 1, 400, "InvalidArgument", "functionInUseStatus", "409"],
  ["GetAlias", 3, 400, "InvalidArgument", "readAfterWrite", "current"],
];

it.each(CASES)(
  "if %s number %i is refused once with %i %s, learn finds that %s is %s",
  async (operation, nth, status, code, name, value) => {
    const action: Fault["action"] = { kind: "reject", status, code, message: "m" };
    const experiments = EXPERIMENTS.filter(({ settles }) => settles.some((each) => each === name));
    await withEmulator({}, async (emulator) => {
      emulator.faults.add({ operation, nth, action });
      const learned = await learnFrom(emulator, folder(), { experiments });
      expect(emulator.faults.list()).toMatchObject([{ struck: 1 }]);
      expect(summary(learned)[name]).toBe(value);
      expect([...learned.left, ...emulator.store.functions.keys()]).toEqual([]);
    });
  },
);

it.each<[string, Partial<Record<string, string>>]>([
  ["a read that is late once in twenty", { readAfterWrite: "not decided" }],
])("%s is not used as evidence", async (_what, expected) => {
  await withEmulator({}, async (emulator) => {
    emulator.faults.add({ operation: "GetAlias", nth: 3, action: { kind: "stale", changes: 1 } });
    const experiments = EXPERIMENTS.filter(({ settles }) => settles.some((each) => each === "readAfterWrite"));
    expect(summary(await learnFrom(emulator, folder(), { experiments }))).toMatchObject(expected);
  });
});

it("faults at a sample of calls lead to no wrong result", async () => {
  const wrong: string[] = [];
  for (const at of [6, 7, 15]) wrong.push(...(await wrongDecisions(at, 3, folder(), (number) => number % 40 === at)).wrong); // prettier-ignore
  expect(wrong).toEqual([]);
});
