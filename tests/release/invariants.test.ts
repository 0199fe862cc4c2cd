/** The eight invariants over random sequences and over every short one. */
import type { Event } from "./events";
import { search, wrongIn } from "./invariants";
import type { Config } from "./world";

it("the invariants hold over 60,000 random sequences", () => {
  expect(search(60_000)).toBeUndefined();
});

it("the invariants hold over every sequence of five events from a small alphabet", () => {
  const run = (v: number, given: Config = {}, crash = false): Event => ({
    kind: "run",
    version: v,
    config: given,
    crash,
  });
  const alphabet: Event[] = [
    run(1),
    run(2, { weight: 25 }),
    run(2, { weight: 100 }),
    run(2, { weight: 100 }, true),
    run(3, { weight: 100 }),
    run(3, { weight: 0, reject: "2" }),
    run(1, { weight: 50, hold: true }),
    { kind: "again", back: 2 },
    { kind: "hand", main: 1, extra: 2, percent: 1 },
    { kind: "state lost" },
    { kind: "alias lost" },
  ];
  let checked = 0;
  const visit = (events: Event[]): void => {
    if (events.length === 5) {
      checked += 1;
      const wrong = wrongIn([run(1), ...events]);
      if (wrong !== undefined) throw new Error(`${wrong}: ${JSON.stringify(events)}`);
      return;
    }
    for (const next of alphabet) visit([...events, next]);
  };
  visit([]);
  expect(checked).toBe(alphabet.length ** 5);
});
