/** Shares of traffic: the allowed forms, and that conversion to a request and back keeps each share. */
import * as fc from "fast-check";
import { formatShare, fromFraction, parseShare, toFraction } from "../../provider/core/weights";

const tenths = fc.integer({ min: 0, max: 1000 });

it("a share is the same after conversion to text, state and request", () => {
  fc.assert(
    fc.property(tenths, (share) => {
      expect(parseShare(formatShare(share))).toEqual({ tenths: share });
      expect(parseShare(String(formatShare(share)))).toEqual({ tenths: share });
      expect(fromFraction(toFraction(share))).toBe(share);
      expect(String(toFraction(share)).length).toBeLessThanOrEqual(5);
    }),
  );
});

it.each([
  [0, 0],
  [1, 10],
  [12.5, 125],
  [100, 1000],
  ["25", 250],
  ["25%", 250],
  ["0.5%", 5],
  ["0.5 %", 5],
  [0.1 + 0.2 + 9.7, 100],
])("takes %p", (value, expected) => {
  expect(parseShare(value)).toEqual({ tenths: expected });
});

it.each([
  [0.1, "ambiguous (0.1 may mean 0.1 % or 10 %)"],
  [0.07, "ambiguous (0.07 may mean 0.07 % or 7 %)"],
  [0.25, "ambiguous (0.25 may mean 0.25 % or 25 %)"],
  [1.7e-3, "ambiguous"],
  ["0.25%", "at most one decimal"],
  [12.505, "at most one decimal"],
  [99.999, "at most one decimal"],
  ["25 %%", "not a weight"],
  ["% 25", "not a weight"],
  ["1,5", "not a weight"],
  ["+1", "not a weight"],
  ["0x10", "not a weight"],
  ["٢٥", "not a weight"],
  [Number.NEGATIVE_INFINITY, "not a weight"],
  [1e-7, "not a weight"],
  [false, "number or text"],
  [["10"], "number or text"],
  ["0.5", "ambiguous"],
  [1.75, "at most one decimal"],
  [12.34, "at most one decimal"],
  [100.1, "at most 100"],
  [-1, "not a weight"],
  [Number.NaN, "not a weight"],
  [Number.POSITIVE_INFINITY, "not a weight"],
  [1e21, "not a weight"],
  ["", "not a weight"],
  ["ten", "not a weight"],
  ["1e1", "not a weight"],
  [true, "number or text"],
  [null, "number or text"],
  [{}, "number or text"],
])("refuses %p, with the value and what is allowed", (value, reason) => {
  const parsed = parseShare(value);
  expect(parsed).toHaveProperty("problem");
  const { problem } = parsed as { problem: string };
  expect(problem).toContain(reason);
  expect(problem).toContain("allowed: 0, or 1 to 100 in steps of 0.1 (percent)");
});

it("never throws, and never accepts more than 100 percent", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const parsed = parseShare(value);
      if ("tenths" in parsed) expect(parsed.tenths).toBeLessThanOrEqual(1000);
    }),
    { numRuns: 2000 },
  );
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789.,% e-+x"), maxLength: 8 });
  fc.assert(
    fc.property(fc.oneof(fc.string(), digits), (value) => {
      const parsed = parseShare(value);
      if ("problem" in parsed) return;
      expect(Number.isInteger(parsed.tenths) && parsed.tenths >= 0 && parsed.tenths <= 1000).toBe(true);
      expect(parseShare(formatShare(parsed.tenths))).toEqual(parsed);
    }),
    { numRuns: 10_000 },
  );
});

it.each([
  [0, 0],
  [1, "0.1%"],
  [9, "0.9%"],
  [10, 1],
  [125, 12.5],
  [1000, 100],
])("%i tenths are written as %j", (tenths, written) => {
  expect(formatShare(tenths)).toBe(written);
});

it("accepts spaces around a share", () => {
  expect(parseShare(" 25 ")).toEqual({ tenths: 250 });
});
