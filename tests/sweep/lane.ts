/** Runs of a sweep, several lanes side by side: each has an emulator and a provider process of its own. */
import { Bench } from "./bench";
import { type Case, wrongAfter } from "./sweep";

/** How many runs there were, and what was wrong. */
export interface Found {
  readonly runs: number;
  readonly wrong: string[];
}

/** Runs the chosen cases, each lane those of its scenarios. */
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
  // The next process starts while the run before it goes on.
  let spare = chosen.some(isKill) ? bench.spare() : undefined;
  try {
    for (const [i, one] of chosen.entries()) {
      const process = isKill(one) ? await spare : undefined;
      if (process !== undefined) spare = bench.spare();
      wrong.push(...(await wrongAfter(bench, one, i % 2 === 0, process)));
      // A run may end before the request at which it was to be killed.
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
