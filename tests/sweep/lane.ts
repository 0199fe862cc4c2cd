/**
 * Runs scenarios with faults. The scenarios are divided into parts (lanes), which run at the same time. Each lane has
 * its own emulator and provider process.
 */
import { Bench } from "./bench";
import { type Case, wrongAfter } from "./sweep";

/** The number of runs, and the mistakes that were found. */
export interface Found {
  readonly runs: number;
  readonly wrong: string[];
}

/**
 * Runs the cases that `cases` selects, in several lanes at the same time. Each lane has its own part of the scenarios.
 */
export async function sweep(lanes: number, cases: (bench: Bench) => readonly Case[]): Promise<Found> {
  const found = await Promise.all(Array.from({ length: lanes }, (_, lane) => sweepOf(lane, lanes, cases)));
  return {
    runs: found.reduce((total, { runs }) => total + runs, 0),
    wrong: found.flatMap(({ wrong }) => wrong),
  };
}

async function sweepOf(lane: number, lanes: number, cases: (bench: Bench) => readonly Case[]): Promise<Found> {
  const bench = await Bench.start(lane, lanes);
  const wrong: string[] = [];
  const chosen = cases(bench);
  let kills = chosen.filter(isKill).length;
  // The provider process for the next kill starts while the current run is still going on.
  const next = () => (kills-- > 0 ? bench.spare() : undefined);
  let spare = next();
  try {
    for (const [i, one] of chosen.entries()) {
      const process = isKill(one) ? await spare : undefined;
      if (process !== undefined) spare = next();
      wrong.push(...(await wrongAfter(bench, one, i % 2 === 0, process)));
      // A run may end before the request at which it should be killed.
      process?.close();
    }
    return { runs: chosen.length, wrong };
  } finally {
    (await spare)?.close();
    await bench.close();
  }
}

function isKill({ action }: Case): boolean {
  return typeof action === "string";
}
