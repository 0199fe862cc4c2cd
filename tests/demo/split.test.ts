/** The expected range, compared with exact arithmetic, and the judgement of rows. */
import { band, rows } from "../../tools/demo/split";

/** Probability of exactly `k` in `n` with p = percent/100, as an exact fraction over 100^n. */
function exactly(k: number, n: number, percent: number): bigint {
  let ways = 1n;
  for (let i = 1; i <= k; i++) ways = (ways * BigInt(n - k + i)) / BigInt(i);
  return ways * BigInt(percent) ** BigInt(k) * BigInt(100 - percent) ** BigInt(n - k);
}

const TAIL_DENOMINATOR = 200_000n; // half of 1/100,000, for each of the two tails

it.each([
  [200, 10],
  [200, 50],
  [1000, 1],
  [37, 90],
])("the band of %i calls at %i %% leaves exactly less than half of 1 in 100,000 on each side", (total, percent) => {
  const all = 100n ** BigInt(total);
  const sum = (from: number, to: number) => {
    let total_ = 0n;
    for (let k = from; k <= to; k++) total_ += exactly(k, total, percent);
    return total_;
  };
  const { low, high } = band(total, percent);
  expect(sum(0, low - 1) * TAIL_DENOMINATOR < all).toBe(true);
  expect(sum(0, low) * TAIL_DENOMINATOR >= all).toBe(true);
  expect(sum(high + 1, total) * TAIL_DENOMINATOR <= all).toBe(true);
  expect(sum(high, total) * TAIL_DENOMINATOR > all).toBe(true);
});

it("with a share of 0 or 100 only 0 or all calls are in the range", () => {
  expect(rows({ "2": 200 }, { "2": 100 })).toMatchObject([
    { version: "2", within: true, band: { low: 200, high: 200 } },
  ]);
  expect(rows({ "1": 1, "2": 199 }, { "2": 100 }).map(({ within }) => within)).toEqual([false, false]);
});

it("an unexpected version is out of its range, and a bar has 40 columns", () => {
  const [main, canary] = rows({ "1": 120, "2": 80 }, { "1": 90, "2": 10 });
  expect([main?.within, canary?.within]).toEqual([false, false]);
  expect(main?.bar).toHaveLength(40);
});
