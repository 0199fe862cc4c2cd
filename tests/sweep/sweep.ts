/**
 * Every fault at every request of every scenario. The run with the fault may fail. The same run without faults must then
 * end in the state that `scenarios.ts` requires, and a further run must change nothing.
 */
import type { FaultAction } from "../../emulator";
import { lines } from "../support/storeView";
import type { ProviderProcess } from "../support/providerProcess";
import type { Bench, Prepared } from "./bench";

const refusal = (status: number, code: string) => ({ status, code, message: "as the test asked" });

/** The kinds of faults of one request. */
const FAULTS: Readonly<Record<string, FaultAction>> = {
  "closed before": { kind: "resetBefore" },
  "closed after": { kind: "applyThenReset" },
  "cut in the middle": { kind: "applyThenTruncate" },
  throttled: { kind: "reject", ...refusal(429, "Throttling.User") },
  "refused as concurrent": { kind: "reject", ...refusal(409, "ConcurrentUpdateError") },
  denied: { kind: "reject", ...refusal(403, "AccessDenied") },
  "500 before": { kind: "reject", ...refusal(500, "InternalServerError") },
  "500 after": { kind: "applyThenReject", ...refusal(500, "InternalServerError") },
  "503 before": { kind: "reject", ...refusal(503, "ServiceUnavailable") },
  "503 after": { kind: "applyThenReject", ...refusal(503, "ServiceUnavailable") },
  "a page before": { kind: "html", status: 502 },
  "a page after": { kind: "applyThenHtml", status: 502 },
  "a page as success": { kind: "applyThenHtml", status: 200 },
  "nothing as success, before": { kind: "reject", status: 200, code: "", message: "" },
  "nothing as success, after": { kind: "applyThenReject", status: 200, code: "", message: "" },
  "a redirect": { kind: "redirect", status: 302, location: "http://127.0.0.1:1/" },
  hung: { kind: "hang" },
  "carried out one request late": { kind: "applyLate", afterRequests: 1 },
  "carried out three requests late": { kind: "applyLate", afterRequests: 3 },
  "an old answer": { kind: "stale", changes: 1 },
};

/** Number of consecutive requests with the fault. If the fault lasts until the run fails, the run uses all its retries. */
const TIMES: Readonly<Record<string, number>> = { once: 1, twice: 2, "until the run fails": Infinity };
const UNTIL_IT_FAILS: ReadonlySet<string> = new Set([
  "closed after",
  "denied",
  "500 before",
  "a page after",
  "nothing as success, after",
]);

/** One run with a fault. */
export interface Case {
  readonly prepared: Prepared;
  /** Number of the request with the fault, from 1. */
  readonly at: number;
  readonly what: string;
  readonly action: FaultAction | "killed before" | "killed after";
  readonly times: number;
}

/** All runs with faults, in a fixed order. */
export function faultCases(bench: Bench): Case[] {
  return bench.prepared.flatMap((prepared) =>
    prepared.trace.flatMap((_operation, i) =>
      Object.entries(FAULTS).flatMap(([what, action]) =>
        Object.entries(TIMES)
          .filter(([, times]) => times !== Infinity || UNTIL_IT_FAILS.has(what))
          .map(([often, times]) => ({ prepared, at: i + 1, what: `${what}, ${often}`, action, times })),
      ),
    ),
  );
}

/** All runs with a kill. A new process makes one request more than the recorded run, to find the account of its keys. */
export function killCases(bench: Bench): Case[] {
  return bench.prepared.flatMap((prepared) =>
    [...prepared.trace, ""].flatMap((_operation, i) =>
      (["killed before", "killed after"] as const).map((action) => ({
        prepared,
        at: i + 1,
        what: action,
        action,
        times: 1,
      })),
    ),
  );
}

/** The description of a case. */
export function named({ prepared, at, what }: Case): string {
  return `${prepared.scenario.name}, request ${at} (${prepared.trace[at - 1] ?? "?"}): ${what}`;
}

/** Runs a case. Returns the differences from the required state; empty if there are none. */
export async function wrongAfter(bench: Bench, one: Case, even: boolean, spare?: ProviderProcess): Promise<string[]> {
  const { prepared, at, action, times } = one;
  const { scenario } = prepared;
  const stack = await bench.begin(prepared, spare);
  if (typeof action === "string") {
    const run = () => {
      spare?.close();
      if (action === "killed before") throw new Error("killed");
    };
    bench.emulator.faults.add({ operation: "*", nth: at, action: { kind: "before", run } });
  } else {
    bench.emulator.faults.add({ operation: "*", nth: at, times, action });
  }
  const disturbed = await failureOf(bench.run(scenario, stack));
  bench.emulator.faults.clear();
  stack.provider = bench.provider;
  await bench.beginAnew();
  const again = await failureOf(bench.run({ ...scenario, refresh: scenario.refresh ?? even }, stack));
  const wrong: string[] = [];
  if (again !== undefined) wrong.push(`the run after it failed: ${again}`);
  const found = lines(bench.emulator).filter((line) => scenario.leftovers?.includes(line) !== true);
  if (JSON.stringify(found) !== JSON.stringify(scenario.expected)) wrong.push(`it ended in ${JSON.stringify(found)}`);
  const left = again === undefined ? await stack.differences(scenario.run) : [];
  if (left.length > 0) wrong.push(`still to change: ${left.join(", ")}`);
  return wrong.length === 0
    ? []
    : [`${named(one)}`, `  the disturbed run: ${disturbed ?? "no failure"}`, ...wrong.map((line) => `  ${line}`)];
}

function failureOf(run: Promise<void>): Promise<string | undefined> {
  return run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
