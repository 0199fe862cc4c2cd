/** Pulumi's timeouts in seconds: exactly the texts that Go's parser accepts. */
import * as fc from "fast-check";
import { longest, secondsOf } from "../../provider/core/duration";

it.each([
  ["10m", 600],
  ["1h30m", 5400],
  ["1.5h", 5400],
  [".5m", 30],
  ["90s", 90],
  ["1m0.5s", 61],
  ["500ms", 1],
  ["1h1ms", 3601],
  ["2000us", 1],
  ["24h", 86_400],
  ["0s", 0],
])("%s is %i seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

it.each(["10 minutes", "10min", "10", "m", "", "1h 30m", "-5m", "5m-", "1e3s", "1,5h", "1d", "10M", 600, true, null])(
  "%j is not a duration and is not converted",
  (value) => {
    expect(secondsOf(value)).toBe(value);
  },
);

it("returns the longest duration, or the first value that is not a duration", () => {
  expect(longest(["10m", undefined, "1h"])).toBe(3600);
  expect(longest(["10m", "soon"])).toBe("soon");
  expect(longest([undefined, undefined])).toBeUndefined();
});

it("parses any combination of units", () => {
  const parts = fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.constantFrom("h", "m", "s")), { minLength: 1 });
  fc.assert(
    fc.property(parts, (given) => {
      fc.pre(given.length <= 12);
      const unit = { h: 3600, m: 60, s: 1 };
      const seconds = given.reduce((sum, [count, name]) => sum + count * unit[name], 0);
      expect(secondsOf(given.map(([count, name]) => `${count}${name}`).join(""))).toBe(seconds);
    }),
  );
});
