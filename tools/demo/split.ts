/** Observed and expected splits of traffic. Pure. */
import { jStat } from "jstat";

/** Probability of a count below the expected range, and of one above it. */
const TAIL = 0.000005;

/** The smallest and the largest expected count. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/**
 * The exact binomial range of counts for a share in percent of `total` invocations. A correct split is outside of the
 * range once in 100,000 series.
 */
export function band(total: number, percent: number): Band {
  const p = percent / 100;
  if (p <= 0) return { low: 0, high: 0 };
  if (p >= 1) return { low: total, high: total };
  let low = 0;
  while (jStat.binomial.cdf(low, total, p) < TAIL) low++;
  let high = low;
  while (1 - jStat.binomial.cdf(high, total, p) > TAIL) high++;
  return { low, high };
}

/** A version's row: count, bar, and expected range. */
export interface Row {
  readonly version: string;
  readonly count: number;
  readonly percent: number;
  readonly band: Band;
  readonly within: boolean;
  /** A bar of 40 columns: `█` for the count, `[` and `]` at the ends of a range that is wider than one count. */
  readonly bar: string;
}

const WIDTH = 40;

/** Rows for every version with a share or a count, by number. */
export function rows(counts: Readonly<Record<string, number>>, shares: Readonly<Record<string, number>>): Row[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const versions = [...new Set([...Object.keys(shares), ...Object.keys(counts)])].sort((a, b) => Number(a) - Number(b));
  return versions.map((version) => {
    const count = counts[version] ?? 0;
    const percent = shares[version] ?? 0;
    const expected = band(total, percent);
    const within = count >= expected.low && count <= expected.high;
    return { version, count, percent, band: expected, within, bar: bar(count, total, expected) };
  });
}

function bar(count: number, total: number, { low, high }: Band): string {
  const column = (n: number) => Math.min(WIDTH - 1, Math.floor((n / total) * WIDTH));
  const cells: string[] = Array.from({ length: WIDTH }, (_, i) =>
    i < Math.round((count / total) * WIDTH) ? "█" : "·",
  );
  if (low < high) {
    cells[column(low)] = "[";
    cells[column(high)] = "]";
  }
  return cells.join("");
}
