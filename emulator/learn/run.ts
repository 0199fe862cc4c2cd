/**
 * One run of `fc-emulator learn`. It checks that no function has the prefix, makes the experiments, deletes the
 * functions that they created, and checks that these are deleted.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";

import { type Outcome, type Profile, PROFILE_FORMAT } from "../base/profile";
import { SWITCH_NAMES, type SwitchName } from "../base/switches";
import { Account, type Limits, type Pace, Stopped, Unclear } from "./account";
import { callerId } from "./caller";
import { clean, type Cleaned, list } from "./clean";
import { EXPERIMENTS } from "./experiments";
import type { Experiment, SlowExperiment } from "./experiments/experiment";
import { Journal, readJournal } from "./journal";
import { Laboratory, NotDecided } from "./laboratory";
import type { Place } from "./place";
import { FINDINGS, type FindingName, type Found, notDecided } from "./outcomes";
import { withoutSecrets } from "./redact";

/** Largest number of starts of an experiment, which is started again after a lost answer. */
const ATTEMPTS = 15;

/** Default limits. A run without lost answers makes about 210 calls and invokes functions about 50 times. */
export const LIMITS: Limits = { calls: 1500, runs: 200, ms: 12 * 60 * 1000 };

/** Parameters of one run of `fc-emulator learn`. */
export interface LearnInput {
  readonly place: Place;
  readonly pace: Pace;
  /** File with the names of the functions, until they are deleted. */
  readonly journal: string;
  /** Prefix of the name of every function that the run creates. */
  readonly prefix: string;
  /** Name and version of the SDK. */
  readonly sdk: string;
  /** Returns whether to begin. This function is called before anything is created. */
  readonly confirm: (accountId: string) => Promise<boolean>;
  /** Ends the experiments. The functions are deleted in any case. */
  readonly signal: AbortSignal;
  /** The limits of the run. Default {@link LIMITS}. */
  readonly limits?: Limits;
  /** The experiments of the run. Default {@link EXPERIMENTS}. */
  readonly experiments?: readonly (Experiment | SlowExperiment)[];
  /** Receives lines about the progress. */
  readonly report: (line: string) => void;
}

/** Result of a run. */
export interface Learned extends Cleaned {
  /** The outcomes; absent if the run was interrupted. */
  readonly profile?: Profile;
  /** Number of requests of the run, and of invocations that it may have caused. */
  readonly calls: number;
  readonly runs: number;
}

/** A new random prefix. */
export function newPrefix(): string {
  return `fc-learn-${randomBytes(4).toString("hex")}-`;
}

/**
 * Runs the experiments on an account. Rejects if the run must not begin; resolves with undefined if it is not
 * confirmed. After the first function was created, the promise always resolves, and `left` lists what was not deleted.
 */
export async function learn(input: LearnInput): Promise<Learned | undefined> {
  const { place, pace, prefix, signal, confirm, limits = LIMITS } = input;
  const accountId = await callerId(place, pace);
  const account = new Account(place, accountId, pace, limits, signal);
  const existing = await list(account, prefix);
  if (existing === undefined) throw new Error("functions cannot be listed with these keys, so nothing is made");
  if (existing.length > 0) {
    throw new Error(
      `there are functions whose names begin with ${prefix}, ${existing[0]} for one; choose another prefix`,
    );
  }
  if (!(await confirm(accountId))) return undefined;
  const mark = randomBytes(16).toString("hex");
  const journal = new Journal(input.journal, { format: "fc-learn 1", accountId, region: place.region, prefix, mark });
  let found: Found | undefined;
  try {
    found = await findAll(new Laboratory(account, journal), input);
  } catch (error) {
    if (!(error instanceof Stopped)) input.report(`It failed: ${messageOf(error)}`);
  }
  const cleaned = await clean(account, journal.head, journal.names);
  if (cleaned.left.length === 0) fs.rmSync(input.journal, { force: true });
  const { calls, runs } = account;
  if (found === undefined) return { ...cleaned, calls, runs };
  const secrets = [accountId, mark, prefix, ...Object.values(keysOf(place))];
  return { ...cleaned, calls, runs, profile: withoutSecrets(profileOf(input, accountId, found), secrets) };
}

/** Deletes the functions of an interrupted run. Rejects in another account or region. */
export async function resume(
  file: string,
  { place, pace, signal }: Pick<LearnInput, "place" | "pace" | "signal">,
): Promise<Cleaned> {
  const journal = readJournal(file);
  if (journal === undefined) {
    fs.rmSync(file);
    return { left: [], others: [] };
  }
  const { head, names } = journal;
  if (head.region !== place.region) {
    throw new Error(`the run was made in ${head.region}, and this is ${place.region}; set ALIBABA_CLOUD_REGION`);
  }
  if (head.accountId !== (await callerId(place, pace))) {
    throw new Error("the run was made in another account; use its keys");
  }
  const account = new Account(place, head.accountId, pace, LIMITS, signal);
  const cleaned = await clean(account, head, names);
  if (cleaned.left.length === 0) fs.rmSync(file);
  return cleaned;
}

/**
 * The outcomes of all experiments. Slow experiments begin first and are read last. Rejects with `Stopped` if the run is
 * interrupted.
 */
async function findAll(
  lab: Laboratory,
  { experiments = EXPERIMENTS, pace, limits = LIMITS, report, signal }: LearnInput,
): Promise<Found> {
  const endsAt = pace.now() + limits.ms;
  const found: Record<string, Outcome> = {};
  const settle = async ({ settles, finds }: Experiment | SlowExperiment, ask: () => Promise<Found>): Promise<void> => {
    const names = [...settles, ...finds];
    Object.assign(found, await outcomesOf(lab.account, names, ask));
    if (signal.aborted) throw new Stopped("the run was interrupted");
    for (const name of names) if (found[name] !== undefined) report(`${name}: ${summary(found[name])}`);
  };
  const begun: [SlowExperiment, () => Promise<Found>][] = [];
  for (const slow of experiments.filter((each) => "begin" in each)) {
    await settle(slow, async () => {
      begun.push([slow, await slow.begin(lab, endsAt)]);
      return {};
    });
  }
  for (const experiment of experiments.filter((each) => "run" in each)) {
    await settle(experiment, () => experiment.run(lab));
  }
  for (const [slow, read] of begun) await settle(slow, read);
  return found;
}

/** The outcomes of one experiment. The experiment starts again after a lost answer. */
async function outcomesOf(account: Account, names: readonly string[], ask: () => Promise<Found>): Promise<Found> {
  let because = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      return await ask();
    } catch (error) {
      because = messageOf(error);
      if (!(error instanceof Unclear)) {
        if (error instanceof NotDecided || (error instanceof Stopped && !account.signal.aborted)) break;
        throw error;
      }
      await account.pause(attempt);
    }
  }
  return Object.fromEntries(names.map((name) => [name, notDecided(because)]));
}

function profileOf({ pace, place, sdk }: LearnInput, accountId: string, found: Found): Profile {
  const missing = notDecided("it was not asked about");
  const pick = <Name extends SwitchName | FindingName>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, found[name] ?? missing])) as Record<Name, Outcome>;
  return {
    format: PROFILE_FORMAT,
    date: new Date(pace.now()).toISOString().slice(0, 10),
    region: place.region,
    sdk,
    // Account ids of emulators begin with four zeros, and no real account id does.
    service: accountId.startsWith("0000") ? "emulator" : "Function Compute",
    switches: pick(SWITCH_NAMES),
    findings: pick(Object.keys(FINDINGS) as FindingName[]),
  };
}

function summary(outcome: Outcome): string {
  return outcome.outcome === "decided" ? outcome.value : `${outcome.outcome}, because ${outcome.because}`;
}

function keysOf({ accessKeyId, accessKeySecret, securityToken = "" }: Place) {
  return { accessKeyId, accessKeySecret, securityToken };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
