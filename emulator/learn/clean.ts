/** Deletes the functions of a run, and checks that they are gone. */
import { field, isObject, type Json, type JsonObject } from "../base/json";
import { type Account, type Reading, Unclear } from "./account";
import type { JournalHead } from "./journal";
import { MARK } from "./laboratory";

/** Largest number of rounds of the clean-up. */
const ROUNDS = 30;

/** Longest time of the clean-up in ms. After it, clean-up ends and the journal is kept. */
const LONGEST_MS = 10 * 60 * 1000;

/** The functions count as deleted when neither a read nor the list has found one in this number of consecutive rounds. */
const LOOKS = 2;

/** Result of the clean-up. */
export interface Cleaned {
  /** Functions of the run that exist or may exist. */
  readonly left: readonly string[];
  /** Functions with the prefix that the run did not create. These functions are not deleted. */
  readonly others: readonly string[];
}

/** State of a function: it does not exist, belongs to this run, belongs to another owner, or is not known. */
type State = "absent" | "ours" | "other" | "unknown";

/**
 * Deletes the functions of a run. These functions are in the journal or have a name with the prefix, and an environment variable
 * marks them as functions of this run. The clean-up ends when two consecutive rounds find none of them, neither by name nor in
 * the list.
 */
export async function clean(account: Account, head: JournalHead, names: readonly string[]): Promise<Cleaned> {
  account.startCleaning();
  const absences = new Map(names.map((name) => [name, 0]));
  const others = new Set<string>();
  const asked = new Set<string>();
  const endsAt = account.pace.now() + LONGEST_MS;
  let emptyLists = 0;
  const left = (): string[] => [...absences].filter(([, looks]) => looks < LOOKS).map(([name]) => name);
  for (let round = 1; round <= ROUNDS && account.pace.now() < endsAt; round++) {
    const listed = await clear(() => list(account, head.prefix));
    for (const name of listed ?? []) if (!others.has(name)) absences.set(name, 0);
    for (const name of left()) {
      const state = (await clear(() => stateOf(account, name, head.mark))) ?? "unknown";
      if (state === "ours") await clear(() => remove(account, name, asked.has(name)));
      asked.add(name);
      absences.set(name, state === "absent" ? (absences.get(name) ?? 0) + 1 : 0);
      if (state === "other") {
        others.add(name);
        absences.delete(name);
      }
    }
    emptyLists = listed?.every((name) => others.has(name)) === true ? emptyLists + 1 : 0;
    if (left().length === 0 && emptyLists >= LOOKS) break;
    await account.pause();
  }
  const missed = left().length === 0 && emptyLists < LOOKS ? [`${head.prefix}…`] : left();
  return { left: missed, others: [...others] };
}

/** Runs a read; undefined means that the answer was lost, and the next round repeats the read. */
async function clear<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unclear) return undefined;
    throw error;
  }
}

/** The names of all functions with a prefix; undefined if they could not be listed. */
export async function list(account: Account, prefix: string): Promise<string[] | undefined> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await account.listFunctions(prefix, nextToken);
    if (page.code !== undefined) return undefined;
    names.push(...rows(page, "functions").map((row) => textAt(row, "functionName")));
    nextToken = textAt(page.body, "nextToken") || undefined;
  } while (nextToken !== undefined);
  // The service filters by prefix. Names without the prefix are dropped here too, so that none of them is deleted.
  return names.filter((name) => name.startsWith(prefix));
}

async function stateOf(account: Account, name: string, mark: string): Promise<State> {
  const { code, body } = await account.getFunction(name);
  if (code === "FunctionNotFound") return "absent";
  if (code !== undefined) return "unknown";
  if (textAt(body, "functionName") !== name) return "unknown";
  const variables = field(body, "environmentVariables");
  return isObject(variables) && field(variables, MARK) === mark ? "ours" : "other";
}

/**
 * Deletes a function. Versions, aliases and triggers of the function are deleted first if the service requires this, or
 * if an earlier deletion had no effect.
 */
async function remove(account: Account, name: string, hasStayed: boolean): Promise<void> {
  const { code } = await account.deleteFunction(name);
  if (code === "FunctionNotFound" || (code === undefined && !hasStayed)) return;
  for (const row of rows(await account.listTriggers(name), "triggers")) {
    await account.deleteTrigger(name, textAt(row, "triggerName"));
  }
  for (const row of rows(await account.listAliases(name), "aliases")) {
    await account.deleteAlias(name, textAt(row, "aliasName"));
  }
  for (const row of rows(await account.listVersions(name), "versions")) {
    await account.deleteVersion(name, textAt(row, "versionId"));
  }
  await account.deleteFunction(name);
}

function rows({ body }: Reading, name: string): JsonObject[] {
  const list: Json | undefined = field(body, name);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function textAt(object: JsonObject, name: string): string {
  const value = field(object, name);
  return typeof value === "string" ? value : "";
}
