/** How many invocations run side by side, and when no new one starts. Time is simulated. */
import { inSeries } from "../../provider/reconcile/invocations";
import { simulated } from "./simulated";

/** Runs a series. Invocation number `fails` and later ones fail, and each invocation takes `late` milliseconds. */
async function run(series: Parameters<typeof inSeries>[1], { fails = Infinity, late = 0 } = {}) {
  const { session, pass } = simulated();
  let [started, running, most] = [0, 0, 0];
  const task = async () => {
    const number = (started += 1);
    most = Math.max(most, (running += 1));
    await Promise.resolve();
    running -= 1;
    pass(late);
    if (number >= fails) throw new Error(`number ${number} failed`);
    return number;
  };
  const result = await inSeries(session.clock, series, task).catch((error: unknown) => (error as Error).message);
  return { result, started, most };
}

it("makes all invocations, at most so many at the same time", async () => {
  expect(await run({ count: 5, atOnce: 2 })).toEqual({ result: [1, 2, 3, 4, 5], started: 5, most: 2 });
  expect(await run({ count: 2, atOnce: 4 })).toEqual({ result: [1, 2], started: 2, most: 2 });
  expect(await run({ count: 0, atOnce: 4 })).toEqual({ result: [], started: 0, most: 0 });
});

it("starts none after a failure, and fails with the first failure", async () => {
  expect(await run({ count: 9, atOnce: 2 }, { fails: 3 })).toEqual({ result: "number 3 failed", started: 4, most: 2 });
});

it("starts none after the time limit", async () => {
  expect(await run({ count: 9, atOnce: 1, limit: 300 }, { late: 100 })).toMatchObject({ result: [1, 2, 3] });
  expect(await run({ count: 4, atOnce: 1 }, { late: 1e9 })).toMatchObject({ result: [1, 2, 3, 4] });
});
