/** Runs of `learn` in a thread that is killed at one of the requests, so that the run does not clean up. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import { resume } from "../../../emulator/learn/run";
import { anySwitches, dice, faultsOf, placeOf, quickly, TROUBLES, withEmulator } from "./stand";

const BUILT = join(__dirname, "..", "..", "..", "dist", "emulator", "learn");

/** The source of a run for a worker thread, which loads the compiled code. */
const RUN = `
const { workerData, parentPort } = require("node:worker_threads");
const { learn } = require(workerData.built + "/run.js");
const { place, endpoint, journal, prefix } = workerData;
const pace = { pauseMs: 1, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), now: () => Date.now() };
learn({
  place: { ...place, endpoint: () => endpoint },
  pace, journal, prefix, sdk: "sdk 1.2.3",
  signal: new AbortController().signal,
  confirm: async () => true,
  report: () => undefined,
}).then(() => parentPort.postMessage("ended"));
`;

/** The functions that are left after a run was killed at a random request and a second run used its journal. */
export async function killedRun(seed: number, folder: string) {
  const troubles = Object.keys(TROUBLES);
  const nth = 1 + dice(seed + 1000)(180);
  return await withEmulator({ ...anySwitches(seed), seed }, async (emulator) => {
    const { endpoint: _endpoint, ...place } = placeOf(emulator);
    const journal = join(folder, `killed-${seed}`);
    const workerData = { built: BUILT, place, endpoint: emulator.endpoint, journal, prefix: `killed-${seed}-` };
    const worker = new Worker(RUN, { eval: true, workerData });
    let killing: Promise<unknown> | undefined;
    emulator.faults.add(
      { operation: "*", nth, action: { kind: "before", run: () => void (killing = worker.terminate()) } },
      ...faultsOf(troubles[seed % troubles.length] ?? "", seed),
    );
    await new Promise((resolve) => worker.once("exit", resolve));
    await killing;
    const before = emulator.store.functions.size;
    const isOpen = existsSync(journal);
    const signal = new AbortController().signal;
    const cleaned = isOpen
      ? await resume(journal, { place: placeOf(emulator), pace: quickly(emulator), signal })
      : undefined;
    return {
      nth,
      before,
      isOpen,
      left: [...(cleaned?.left ?? []), ...emulator.store.functions.keys()],
      journal: existsSync(journal),
    };
  });
}
