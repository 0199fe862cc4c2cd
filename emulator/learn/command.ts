/** `fc-emulator learn`: prints the plan, asks for confirmation, handles signals, and runs. */
import * as fs from "node:fs";
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";

import type { Pace } from "./account";
import { placeFrom, type Place } from "./place";
import { planText, pullRequestText, resultText } from "./report";
import { learn, LIMITS, type Learned, newPrefix, resume } from "./run";

/** Options of the command. */
export interface LearnFlags {
  readonly region?: string;
  readonly prefix?: string;
  readonly out: string;
  readonly journal: string;
  readonly yes?: boolean;
  readonly clean?: boolean;
}

/** Pause between two reads, in ms: for the service, and for an emulator, which answers at once. */
const PAUSE_MS = { service: 1000, emulator: 1 };

/** Runs the command and returns the exit code, 0 if nothing is left. Rejects if the run did not begin. */
export async function learnCommand(flags: LearnFlags, env: NodeJS.ProcessEnv, sdk: string): Promise<number> {
  const place = placeFrom(env, flags.region);
  const pace = paceOf(place);
  const stop = new AbortController();
  const signals = listenTo(stop, flags.journal);
  try {
    if (flags.clean === true) return await cleanUp(flags, place, pace, stop.signal);
    return await run(flags, place, pace, stop.signal, sdk);
  } finally {
    signals.close();
  }
}

async function cleanUp({ journal }: LearnFlags, place: Place, pace: Pace, signal: AbortSignal): Promise<number> {
  if (!fs.existsSync(journal)) throw new Error(`there is no ${journal}, so there is nothing to delete`);
  const { left, others } = await resume(journal, { place, pace, signal });
  return printEnd(left, others, journal);
}

async function run(flags: LearnFlags, place: Place, pace: Pace, signal: AbortSignal, sdk: string): Promise<number> {
  const { journal, out, prefix = newPrefix(), yes } = flags;
  if (!/^[A-Za-z][A-Za-z0-9_-]{3,47}$/.test(prefix)) {
    throw new Error(`the prefix is '${prefix}'; allowed: 4 to 48 letters, digits, - and _, beginning with a letter`);
  }
  if (fs.existsSync(journal)) {
    throw new Error(
      `${journal} belongs to a run that did not finish; delete what this run left with fc-emulator learn --clean`,
    );
  }
  if (fs.existsSync(out)) throw new Error(`${out} exists already; name another file with --out`);
  const confirm = async (accountId: string): Promise<boolean> => {
    console.log(planText({ accountId, region: place.region, prefix, profile: out, journal, limits: LIMITS }));
    return yes === true || (await asked());
  };
  const report = (line: string): void => console.log(line);
  const learned = await learn({ place, pace, journal, prefix, sdk, signal, confirm, report });
  if (learned === undefined) {
    console.log("Nothing was created.");
    return 1;
  }
  const isKept = keep(learned, out);
  console.log(`${learned.calls} calls, and at most ${learned.runs} runs of functions.`);
  const code = printEnd(learned.left, learned.others, journal);
  return isKept ? code : 1;
}

/** Writes the profile, and prints the results. */
function keep({ profile }: Learned, out: string): boolean {
  if (profile === undefined) {
    console.log("No profile was written: the run did not finish.");
    return false;
  }
  console.log(`\n${resultText(profile)}\n`);
  fs.writeFileSync(out, `${JSON.stringify(profile, null, 2)}\n`, { flag: "wx" });
  console.log(`The profile is in ${out}: fc-emulator --profile ${out}`);
  console.log(`\nText for a pull request:\n\n${pullRequestText(profile)}\n`);
  return true;
}

function printEnd(left: readonly string[], others: readonly string[], journal: string): number {
  if (others.length > 0) console.log(`Not created by this run, so not deleted: ${others.join(", ")}`);
  if (left.length === 0) {
    console.log("All created functions are deleted (checked twice).");
    return 0;
  }
  console.error(`Not deleted: ${left.join(", ")}. ${journal} lists them; delete them with fc-emulator learn --clean`);
  return 1;
}

/** The first signal ends the experiments, and the created functions are deleted. A second signal ends the process. */
function listenTo(stop: AbortController, journal: string): { close(): void } {
  const onSignal = (): void => {
    if (stop.signal.aborted) {
      console.error(
        `Stopped. ${journal} lists the functions that are left; delete them with fc-emulator learn --clean`,
      );
      process.exit(130);
    }
    console.error("Interrupted: deleting the created functions. Press Ctrl-C again to stop without deleting.");
    stop.abort();
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  return { close: () => names.forEach((name) => process.off(name, onSignal)) };
}

async function asked(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error("there is no terminal to ask for confirmation; give --yes");
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await reader.question("Start? [y/N] ")).trim());
  } finally {
    reader.close();
  }
}

function paceOf({ tokenEndpoint }: Place): Pace {
  const isService = tokenEndpoint.startsWith("https:");
  return {
    pauseMs: isService ? PAUSE_MS.service : PAUSE_MS.emulator,
    wait: (ms) => setTimeout(ms),
    now: () => Date.now(),
  };
}
