/** One run: refuses what exists, asks, writes down, deletes, proves. */
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

/** How often an experiment is begun anew when an answer was lost. */
const ATTEMPTS = 15;

/** The most a run does. A run in which no answer is lost makes about 150 calls and 30 runs. */
export const LIMITS: Limits = { calls: 1500, runs: 200, ms: 12 * 60 * 1000 };

/** What a run is given. */
export interface LearnInput {
  readonly place: Place;
  readonly pace: Pace;
  /** File that names what is made, until it is gone. */
  readonly journal: string;
  /** Begins every name. */
  readonly prefix: string;
  /** Package and version of the SDK. */
  readonly sdk: string;
  /** Whether to begin, asked before anything is made. */
  readonly confirm: (accountId: string) => Promise<boolean>;
  /** Ends the experiments; what was made is deleted all the same. */
  readonly signal: AbortSignal;
  /** Default {@link LIMITS}. */
  readonly limits?: Limits;
  /** Default {@link EXPERIMENTS}. */
  readonly experiments?: readonly (Experiment | SlowExperiment)[];
  /** Takes what is reported while it runs. */
  readonly report: (line: string) => void;
}

/** What came of it. */
export interface Learned extends Cleaned {
  /** Absent = it was interrupted. */
  readonly profile?: Profile;
  /** Requests it made, and runs of functions it may have caused. */
  readonly calls: number;
  readonly runs: number;
}

/** A prefix nobody else has. */
export function newPrefix(): string {
  return `fc-learn-${randomBytes(4).toString("hex")}-`;
}

/**
 * Learns about an account. Rejects when it must not begin; resolves with undefined when it is not confirmed. From the first function on
 * it resolves, and `left` tells what is there.
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

/** Deletes what a run left that did not come to its end. Rejects in another account or region. */
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

/** What all experiments find; the slow ones begin first and are read last. Rejects with `Stopped` when it was interrupted. */
async function findAll(
  lab: Laboratory,
  { experiments = EXPERIMENTS, pace, limits = LIMITS, report, signal }: LearnInput,
): Promise<Found> {
  const endsAt = pace.now() + limits.ms;
  const found: Record<string, Outcome> = {};
  const settle = async ({ settles, finds }: Experiment | SlowExperiment, ask: () => Promise<Found>): Promise<void> => {
    const names = [...settles, ...finds];
    Object.assign(found, await outcomesOf(lab.account, names, ask));
    if (signal.aborted) throw new Stopped("it was interrupted");
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

/** What an experiment finds; it begins anew when an answer was lost. */
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
    // Accounts of emulators begin with four noughts, and no real one does.
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
