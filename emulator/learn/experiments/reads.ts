/** Experiments about reads: right after a change, of a version, and by a qualifier. */
import { field, type Json } from "../../base/json";
import type { Account, Reading } from "../account";
import { BASE_DESCRIPTIONS, NotDecided } from "../laboratory";
import { decided, type Found, isAccepted, notDecided, shortly, shown, unknown } from "../outcomes";
import type { Experiment } from "./experiment";

/** Number of reads right after a change that must show the new state, before the outcome is `current`. */
const ROUNDS = 5;

/** Number of reads that must show another state, before this is evidence. */
const REPEATED = 2;

/** Largest number of rounds. */
const MOST_ROUNDS = 20;

/** Largest number of reads until a change shows. */
const LOOKS = 60;

/** A read right after a change. */
export interface Round {
  readonly read: Reading;
  readonly before: string;
  readonly after: string;
  /** Number of reads that showed the old state. */
  readonly late: number;
}

export const READ_AFTER_WRITE: Experiment = {
  settles: ["readAfterWrite"],
  finds: ["readLag"],
  async run(lab) {
    const { account } = lab;
    const { name, versions } = await lab.base();
    const alias = lab.nextAlias();
    await lab.accepted(() => account.createAlias(name, alias, { versionId: versions[0], description: "round 0" }));
    await lab.settled(() => account.getAlias(name, alias), isAccepted);
    const rounds: Round[] = [];
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      const [before, after] = [`round ${round - 1}`, `round ${round}`];
      await lab.accepted(() => account.updateAlias(name, alias, { description: after }));
      const read = await account.getAlias(name, alias);
      const late = await looksUntil(account, () => account.getAlias(name, alias), read, after);
      // The answer to a repeated request is not the first read after the change.
      if (read.isFirst) rounds.push({ read, before, after, late });
      if (rounds.length >= ROUNDS && !isAmbiguous(rounds)) return decideLag(rounds, account.pace.pauseMs);
    }
    if (rounds.length >= ROUNDS) return decideLag(rounds, account.pace.pauseMs);
    throw new NotDecided(`of ${MOST_ROUNDS} reads after a change only ${rounds.length} were answered at once`);
  },
};

async function looksUntil(
  account: Account,
  read: () => Promise<Reading>,
  first: Reading,
  after: string,
): Promise<number> {
  let seen = first;
  for (let late = 0; late < LOOKS; late++) {
    if (field(seen.body, "description") === after) return late;
    await account.pause();
    seen = await read();
  }
  throw new NotDecided(`a change of an alias was not visible after ${LOOKS} reads`);
}

type State = "new" | "old" | "other";

function stateOf({ read, before, after }: Round): State {
  const description = field(read.body, "description");
  return description === after ? "new" : description === before ? "old" : "other";
}

function countOf(rounds: readonly Round[], state: State): number {
  return rounds.filter((round) => stateOf(round) === state).length;
}

/** Whether some reads did not show the new state, but no other state was seen repeatedly. */
function isAmbiguous(rounds: readonly Round[]): boolean {
  const [old, other] = [countOf(rounds, "old"), countOf(rounds, "other")];
  return old + other > 0 && old < REPEATED && other < REPEATED;
}

/**
 * The outcome: `late` if several reads showed the old state, `current` if every read showed the new state. One read that
 * did not show the new state decides nothing.
 */
export function decideLag(rounds: readonly Round[], pauseMs: number): Found {
  const evidence = rounds.map(({ read, late }) => shown(read, { looksThatWereLate: late }));
  if (isAmbiguous(rounds)) {
    const open = notDecided(`of ${rounds.length} reads after a change one did not show the change`, evidence);
    return { readAfterWrite: open, readLag: open };
  }
  if (countOf(rounds, "other") >= REPEATED) {
    const open = unknown("reads showed neither the old state nor the new one", evidence);
    return { readAfterWrite: open, readLag: open };
  }
  const isLate = countOf(rounds, "old") > 0;
  const longest = Math.max(...rounds.map(({ late }) => late));
  return {
    readAfterWrite: decided(isLate ? "late" : "current", evidence),
    readLag: decided(isLate ? `up to ${longest} reads, ${(longest * pauseMs) / 1000} s` : "none seen", evidence),
  };
}

export const DESCRIPTION: Experiment = {
  settles: ["versionDescription"],
  finds: [],
  async run(lab) {
    const { name, versions } = await lab.base();
    return decideDescription(await lab.settled(() => lab.account.getFunction(name, versions[0]), isAccepted));
  },
};

/** Evaluates the answers about the description of a version. */
export function decideDescription(read: Reading): Found {
  const description = field(read.body, "description");
  const evidence = [shown(read, { description })];
  if (description === BASE_DESCRIPTIONS.version) return { versionDescription: decided("version", evidence) };
  if (description === BASE_DESCRIPTIONS.function) return { versionDescription: decided("function", evidence) };
  return { versionDescription: unknown("it is another description", evidence) };
}

export const QUALIFIERS: Experiment = {
  settles: ["unknownQualifier"],
  finds: [],
  async run(lab) {
    const { name } = await lab.base();
    const isThere = ({ status, code }: Reading) => code !== "FunctionNotFound" && status !== 401 && status !== 403;
    const number = await lab.settled(() => lab.account.getFunction(name, "99999"), isThere);
    return decideQualifiers(number, await lab.settled(() => lab.account.getFunction(name, "nobody"), isThere));
  },
};

const QUALIFIER_CODES: Readonly<Record<string, string>> = {
  "404 VersionNotFound, 404 AliasNotFound": "form",
  "404 VersionNotFound, 404 VersionNotFound": "version",
  "404 AliasNotFound, 404 AliasNotFound": "alias",
};

/** Evaluates the answers about the codes of unknown qualifiers: a number and a name. */
export function decideQualifiers(number: Reading, word: Reading): Found {
  const evidence = [`qualifier 99999: ${shown(number)}`, `qualifier nobody: ${shown(word)}`];
  const value = QUALIFIER_CODES[[number, word].map(shortly).join(", ")];
  return {
    unknownQualifier: value === undefined ? unknown("it is another answer", evidence) : decided(value, evidence),
  };
}

export const STATE: Experiment = {
  settles: ["stateFields"],
  finds: [],
  async run(lab) {
    const { name } = await lab.base();
    const isSettled = (read: Reading) =>
      isAccepted(read) &&
      field(read.body, "state") !== "Pending" &&
      field(read.body, "lastUpdateStatus") !== "InProgress";
    return decideState(await lab.settled(() => lab.account.getFunction(name), isSettled));
  },
};

/** Evaluates the answers about the state fields of a ready function. */
export function decideState(read: Reading): Found {
  const [state, update] = [field(read.body, "state"), field(read.body, "lastUpdateStatus")];
  const evidence = [shown(read, { state, lastUpdateStatus: update })];
  if (isAbsent(state) && isAbsent(update)) return { stateFields: decided("absent", evidence) };
  if (state === "Active" && update === "Successful") return { stateFields: decided("active", evidence) };
  return { stateFields: unknown("they have other values", evidence) };
}

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === "";
}

export const ALIAS_SHOWS: Experiment = {
  settles: ["aliasShows"],
  finds: [],
  async run(lab) {
    const { account } = lab;
    const { name, versions } = await lab.base();
    const alias = lab.nextAlias();
    const input = { versionId: versions[0], additionalVersionWeight: { [versions[1]]: 0.5 } };
    await lab.accepted(() => account.createAlias(name, alias, input));
    return decideShows(await lab.settled(() => account.getFunction(name, alias), isAccepted));
  },
};

/**
 * Evaluates the answers about the configuration that a weighted alias shows. The versions of the alias have timeouts of
 * 3 and 4 seconds.
 */
export function decideShows(read: Reading): Found {
  const timeout = field(read.body, "timeout");
  const evidence = [shown(read, { timeout })];
  if (timeout === 3) return { aliasShows: decided("main", evidence) };
  if (timeout === 4) return { aliasShows: decided("additional", evidence) };
  return { aliasShows: unknown("it is neither version's", evidence) };
}
