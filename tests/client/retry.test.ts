/** When a call is sent again, and for how long. Time is simulated. */
import { FcError } from "../../provider/client/errors";
import { type Clock, delayBefore, retryRead, systemClock, waitToTryAgain } from "../../provider/client/retry";

let now: number;
let slept: number[];

beforeEach(() => {
  [now, slept] = [0, []];
});

const clock: Clock = {
  now: () => now,
  random: () => 0.5,
  sleep: (milliseconds) => {
    slept.push(milliseconds);
    now += milliseconds;
    return Promise.resolve();
  },
};

it.each([
  [1, 0, 100],
  [1, 0.5, 150],
  [2, 0.5, 300],
  [3, 0.5, 600],
  [6, 0, 3_200],
  [7, 0, 5_000],
  [10, 0.5, 7_500],
])("after attempt %i, with random number %d, the wait is %i ms", (attempt, random, expected) => {
  expect(delayBefore(attempt, random)).toBe(expected);
});

it.each([
  [1_234, 1_234],
  [0, 0],
  [-5, 0],
  [3_600_000, 60_000],
])("if the service asks for %i ms, the wait is %i ms", (hint, expected) => {
  expect(delayBefore(3, 0.5, hint)).toBe(expected);
});

const throttled = (retryAfter?: number) =>
  new FcError("slow down", "rejected", "Throttling.User", 429, undefined, retryAfter);

it.each([
  [59_000, 1, true],
  [59_001, 1, false],
  [0, 9, true],
  [0, 10, false],
])("%i ms and %i attempts after the first one, the call is sent again: %s", async (passed, attempts, again) => {
  now = 7_000 + passed;
  const wait = waitToTryAgain(clock, throttled(1_000), { start: 7_000, attempts });
  if (again) await wait;
  else await expect(wait).rejects.toThrow(`slow down; given up after ${attempts} attempts`);
  expect(slept).toEqual(again ? [1_000] : []);
});

it.each<[string, Error, number]>([
  ["a page with status 200", new FcError("page", "unknown", "Transport", 200), 3],
  ["a page with status 201", new FcError("page", "unknown", "Transport", 201), 3],
  ["a page with status 502", new FcError("page", "unknown", "Transport", 502), 10],
  ["throttling with status 200", new FcError("slow down", "rejected", "Throttling", 200), 10],
  ["a redirect", new FcError("redirect", "unknown", "Transport", 302), 1],
  ["a refusal", new FcError("no", "rejected", "AccessDenied", 403), 1],
  ["an error of this program", new Error("no"), 1],
])("a read that always fails with %s is sent this often", async (_what, error, expected) => {
  let calls = 0;
  const read = retryRead(clock, () => {
    calls += 1;
    return Promise.reject(error);
  });
  await expect(read).rejects.toBe(error);
  expect(calls).toBe(expected);
});

it("the clock of the process measures milliseconds, and waits for them", async () => {
  const start = systemClock.now();
  await systemClock.sleep(20);
  const passed = systemClock.now() - start;
  expect(passed).toBeGreaterThanOrEqual(19);
  expect(passed).toBeLessThan(10_000);
  expect(systemClock.random()).toBeLessThan(1);
});
