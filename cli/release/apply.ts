/** Carries out the subcommands that change one key of config and run the program for its release. */
import * as fs from "node:fs";
import { createInterface } from "node:readline/promises";
import { isDeepStrictEqual } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Command } from "commander";
import {
  type Forecast,
  type Keys,
  RELEASE_KEYS,
  type StoredRelease,
  isOlder,
  readLive,
  withVersionOf,
} from "../../provider/rollout";
import { linkedFile, replaceFile } from "../file";
import { SIGNALS } from "../process";
import { Refused } from "../refused";
import { type Change, assertExpected, assertRises, assertUnmoved, whereIs } from "./change";
import { type Edit, lineOf, withKey } from "./configFile";
import { assertClean, commitFile } from "./git";
import { assertOnlyRelease, givenInputs, readersOf } from "./planned";
import { type Position, nextOf, placed, positionMembers, positionOf } from "./position";
import { type Answer, Failed } from "./result";
import {
  type OpenStack,
  type StackFlags,
  callerOf,
  chosen,
  engineMessage,
  openStack,
  plainText,
  stackOptions,
} from "./stack";
import { splitWords } from "./words";

/** Flags of the subcommands that change a release. */
export interface ChangeFlags extends StackFlags {
  readonly yes?: boolean;
  readonly apply: boolean;
  readonly dryRun?: boolean;
  readonly all?: boolean;
  readonly commit?: boolean;
  readonly expect?: string;
  readonly json?: boolean;
}

/** Adds the flags of {@link ChangeFlags}. */
export function changeOptions(command: Command): Command {
  return stackOptions(command)
    .option("--yes", "do not ask for confirmation")
    .option("--no-apply", "only write the config file, and do not run the program")
    .option("--dry-run", "print the change without making it")
    .option("--expect <version@weight>", "refuse unless the candidate has this version and weight, such as v8@25")
    .option("--all", "run the whole program; by default only the release is changed")
    .option("--commit", "commit the config file; the message has Rollout- trailers");
}

/** What a subcommand is going to do. */
interface Plan {
  readonly stack: OpenStack;
  readonly position: Position;
  readonly change: Change;
  readonly edit: Edit;
  /** The config key with its namespace. */
  readonly key: string;
  /** The sentence that the run prints; undefined if no traffic moves. */
  readonly sentence: string | undefined;
  /** The split after the run. */
  readonly split: Forecast["split"];
}

/** Computes the change of a subcommand from the position of the release and from config. */
export type Decide = (position: Position, inFile: (key: string) => boolean) => Change;

/**
 * Carries a change out, or the part of it that the flags allow.
 *
 * @param lowers whether the change only lowers shares or keeps them; it is then made also after an interrupted run
 */
export async function applyChange(flags: ChangeFlags, decide: Decide, lowers = false): Promise<Answer> {
  const stack = await openStack(flags);
  assertConfigFile(stack);
  const found = await positionOf(stack, flags);
  const position = lowers && flags.apply ? await caughtUp(stack, found, flags) : found;
  const plan = planOf(stack, position, decide, flags);
  if (flags.commit === true) assertClean(stack.configFile);
  if (plan.edit.before !== plan.edit.after) assertWritable(stack);
  if (flags.apply && !isDone(plan)) {
    await assertRun(plan, flags);
    await assertOnlyReader(plan, lowers);
  }
  if (flags.dryRun === true) return answer(plan, { dryRun: true, written: false, applied: false }, planLines(plan));
  if (isDone(plan)) return answer(plan, { written: false, applied: false }, [`nothing to do: ${plan.change.words}`]);
  if (!flags.apply) {
    const commit = write(plan, flags, "the program was not run");
    return answer(plan, { written: true, applied: false, ...commit }, planLines(plan));
  }
  await confirm(plan, flags);
  const again = await lookAgain(plan, flags);
  assertUnmoved(whereIs(position.release), position.live?.split ?? {}, whereIs(again.release), again.live?.split ?? {});
  return await carryOut(plan, flags);
}

/**
 * Throws {@link Refused} if the stack has no config file. Without the file the keys of the release are not known, and a
 * run of Pulumi may create the file.
 */
function assertConfigFile({ configFile, configName, name }: OpenStack): void {
  if (fs.existsSync(configFile)) return;
  throw new Refused(
    `${configName} does not exist: run this in the checkout that has the config file of stack ${name}. Nothing was changed. If the ` +
      `stack has no config yet, make the file with pulumi config refresh or pulumi config set`,
  );
}

/**
 * Throws {@link Refused} for a config file that is read-only. The file is replaced as a whole, so its mode would not
 * prevent a write.
 */
function assertWritable({ configFile, configName }: OpenStack): void {
  if (!fs.existsSync(configFile) || (fs.statSync(configFile).mode & 0o222) !== 0) return;
  throw new Refused(`${configName} is read-only. Nothing was changed; make it writable first`);
}

/**
 * Previews the run with the changed config. Throws {@link Refused} if the run would do more than change the release: the
 * program of the checkout may be another one than that of the last run.
 */
async function assertRun(plan: Plan, flags: ChangeFlags): Promise<void> {
  const { stack, position, edit } = plan;
  const whole = flags.all === true;
  const steps = await stack.preview([position.release], { whole, configText: edit.after });
  assertOnlyRelease(steps, position.release, { stack: stack.name, whole });
  assertKeysRead(plan, givenInputs(steps, position.release) ?? {});
}

/**
 * Throws {@link Refused} if the keys that the program gives the release lead to another split than the keys in config: the
 * program may not read the changed key, or set a key itself.
 */
function assertKeysRead({ position, key, split }: Plan, inputs: Readonly<Record<string, unknown>>): void {
  const { keys } = position.configured;
  // A preview does not show secrets.
  const given = RELEASE_KEYS.map((name) => [name, inputs[name] === "[secret]" ? keys[name] : inputs[name]]);
  const next = nextOf(position.release, Object.fromEntries(given) as Keys, position.live);
  if ("split" in next && isDeepStrictEqual(next.split, split)) return;
  const leads = "split" in next ? `would lead to ${splitWords(next.split)}` : `is refused: ${next.refused}`;
  throw new Refused(
    `the run of this checkout ${leads}, and not to ${splitWords(split)}: the program does not read ${key}, or sets a key of the release ` +
      `itself. Nothing was changed. Correct the program, or give the namespace that it reads with --namespace`,
  );
}

/**
 * Finds out whether other releases of the program read the changed key as well. Their versions have numbers of their own,
 * so the key would move other content in the next run. Throws {@link Refused} if the change may raise a share; otherwise
 * prints a warning, because a rollback must not wait.
 */
async function assertOnlyReader(plan: Plan, lowers: boolean): Promise<void> {
  const names = (await otherReaders(plan, lowers)).map(({ name }) => name);
  if (names.length === 0) return;
  const words = `${names.join(", ")} reads ${plan.key} as well, so the next pulumi up would change it too`;
  const remedy = `Give each release its own namespace of keys in the program`;
  if (!lowers)
    throw new Refused(`${words}. Nothing was changed. ${remedy}, run pulumi up, then run this command again`);
  process.stderr.write(`warning: ${words}. ${remedy}\n`);
}

/**
 * The other releases that read the changed key. State has the namespace of a release whose program uses
 * `releaseConfig()`; for the others, a preview with the changed key shows whether they read it.
 */
async function otherReaders(
  { stack, position, change, edit }: Plan,
  lowers: boolean,
): Promise<readonly StoredRelease[]> {
  const others = (await stack.releases()).filter(({ urn }) => urn !== position.release.urn);
  const { namespace } = position.configured;
  const known = others.filter(({ outputs }) => outputs.configNamespace === namespace);
  const unclear = others.filter(({ outputs }) => outputs.configNamespace === undefined);
  if (unclear.length === 0) return known;
  const steps = await stack.preview(unclear, { whole: false, configText: edit.after }).catch((error: unknown) => {
    if (lowers) return [];
    throw error;
  });
  return [...known, ...readersOf(steps, unclear, change)];
}

/**
 * The position of a release if the result of its last run is not in state. The release is refreshed first, so that
 * state has the memory that the alias stores. The version is the one that the program gives the release, because a
 * refresh does not read the inputs.
 */
async function caughtUp(stack: OpenStack, found: Position, flags: ChangeFlags): Promise<Position> {
  if (found.behind === undefined) return found;
  const position = await refreshed(stack, found, flags);
  if (position.behind === undefined || isOlder(position.release, position.live?.alias)) return position;
  const steps = await stack.preview([position.release], { whole: false, configText: stack.configText() });
  const inputs = givenInputs(steps, position.release);
  return inputs === undefined ? position : placed({ ...position, release: withVersionOf(position.release, inputs) });
}

async function refreshed(stack: OpenStack, found: Position, flags: ChangeFlags): Promise<Position> {
  if (flags.dryRun === true || !isOlder(found.release, found.live?.alias)) return found;
  assertConfirmable(flags);
  process.stderr.write(
    `state of release ${found.release.name} is older than its alias: the release is refreshed first\n`,
  );
  try {
    await stack.refresh(found.release);
  } catch (error) {
    throw new Failed(
      `pulumi refresh failed: ${engineMessage(error)}\n${stack.configName} and the traffic were not changed`,
    );
  }
  return await positionOf(stack, flags);
}

/** The current position of the release, with the config of the plan. */
async function lookAgain({ stack, position, change }: Plan, flags: ChangeFlags): Promise<Position> {
  const release = chosen(await stack.releases(), position.release.name);
  const live = await readLive(release, callerOf(flags));
  const { namespace, keys, secrets } = position.configured;
  const { [change.key]: _old, ...others } = keys;
  const changed = change.value === undefined ? others : { ...others, [change.key]: change.value };
  const next = nextOf(release, changed, live);
  return { ...position, release, configured: { namespace, keys: changed, secrets }, live, offline: false, next };
}

function planOf(stack: OpenStack, position: Position, decide: Decide, flags: ChangeFlags): Plan {
  const { namespace, keys, unclear } = position.configured;
  if (unclear !== undefined) throw new Refused(unclear);
  if (position.behind !== undefined) throw new Refused(`${position.behind}. Nothing was changed`);
  if (flags.expect !== undefined) assertExpected(whereIs(position.release), flags.expect);
  const text = stack.configText();
  const change = decide(position, (key) => lineOf(text, `${namespace}:${key}`) !== undefined);
  const key = `${namespace}:${change.key}`;
  const edit = withKey(text, key, change.value);
  const next = nextOf(position.release, { ...keys, [change.key]: change.value }, position.live);
  if ("refused" in next) throw new Refused(next.refused);
  if (next.failure !== undefined) throw new Refused(next.failure);
  if (!change.reached(next)) {
    const reasons = next.warnings.length === 0 ? "" : `: ${next.warnings.join("; ")}`;
    throw new Refused(`${change.words}: the run would lead to ${splitWords(next.split)}${reasons}`);
  }
  assertRises(change, position.live?.split ?? next.split, next.split);
  return { stack, position, change, edit, key, sentence: next.sentence, split: next.split };
}

/** Whether config and the release already have the result that the change should have. */
function isDone({ edit, position, change, sentence }: Plan): boolean {
  return edit.before === edit.after && sentence === undefined && change.reached(whereIs(position.release));
}

function planLines({ stack, edit, sentence }: Plan): string[] {
  return [
    ...(edit.line === undefined ? [] : [`${stack.configName}:${edit.line}`]),
    ...edit.removed.map((line) => `- ${line}`),
    ...edit.added.map((line) => `+ ${line}`),
    ...(sentence === undefined ? [] : [sentence]),
  ];
}

/** Throws {@link Refused} if the command must ask for confirmation and cannot. */
function assertConfirmable({ yes = false, json = false }: ChangeFlags): void {
  if (yes || (!json && process.stdin.isTTY && process.stderr.isTTY)) return;
  throw new Refused(
    "there is no terminal to ask for confirmation: give --yes, or --no-apply to write the config file only",
  );
}

async function confirm(plan: Plan, flags: ChangeFlags): Promise<void> {
  assertConfirmable(flags);
  if (flags.yes === true) return;
  process.stderr.write(planLines(plan).map((line) => `${line}\n`).join("")); // prettier-ignore
  const text = await answerOf("Apply this? [y/N] ");
  if (!/^y(es)?$/i.test(text.trim())) throw new Refused("nothing was changed");
}

/** The answer of the terminal to a question; empty if Ctrl-C, Ctrl-D or a signal ends the question. The terminal is restored. */
async function answerOf(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  const end = () => {
    ended.abort();
  };
  terminal.on("SIGINT", end).on("close", end);
  for (const signal of Object.keys(SIGNALS)) process.on(signal, end);
  try {
    return await terminal.question(question, { signal: ended.signal });
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    process.stderr.write("\n");
    return "";
  } finally {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, end);
    terminal.close();
  }
}

async function carryOut(plan: Plan, flags: ChangeFlags): Promise<Answer> {
  const { stack, change } = plan;
  const set = settingWords(plan);
  if (change.first === "config") {
    const commit = write(plan, flags, "the program was not run yet: run pulumi up after that");
    const messages = await run(
      plan,
      flags,
      `the change of ${stack.configName} (${set}) stays. Run pulumi up again, or undo the change`,
    );
    const done = { written: plan.edit.before !== plan.edit.after, applied: true, ...commit, messages };
    return finished(plan, done, await reachedBy(plan, flags, done));
  }
  const messages = await run(plan, flags, `${stack.configName} was not changed`);
  const after = await reachedBy(plan, flags, { written: false, applied: true, messages });
  try {
    const commit = write(plan, flags, `the run is done (${change.words})`);
    return finished(plan, { written: plan.edit.before !== plan.edit.after, applied: true, ...commit, messages }, after);
  } catch (error) {
    if (error instanceof Failed) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failed(
      `the run is done (${change.words}), but ${stack.configName} could not be changed: ${why}. Set ${set} there and commit it` +
        // A rejection is remembered; the other keys apply only while they are in config.
        (change.key === "reject" ? "" : "; otherwise the next run undoes the change"),
      { applied: true },
    );
  }
}

function settingWords({ change, key }: Plan): string {
  return change.value === undefined ? `${key} removed` : `${key}: ${change.value}`;
}

/**
 * Writes the config file, and commits it with `--commit`. `ran` says what has run already, for the message if the file
 * cannot be written.
 */
function write(plan: Plan, flags: ChangeFlags, ran: string): { commit?: string } {
  const { stack, position, change, edit } = plan;
  if (edit.before !== edit.after) {
    if (stack.configText() !== edit.before) throw new Refused(`${stack.configName} was changed meanwhile`);
    const file = linkedFile(stack.configFile);
    replaceFile(file, edit.after, fs.existsSync(file) ? fs.statSync(file).mode : 0o644);
  }
  if (flags.commit !== true || edit.before === edit.after) return {};
  const { name, outputs } = position.release;
  const from =
    outputs.candidate === undefined ? `v${outputs.stable}@100` : `v${outputs.candidate}@${outputs.effectiveWeight}`;
  const trailers = {
    "Rollout-Release": name,
    "Rollout-From": from,
    [`Rollout-${change.key.replace(/^./, (letter) => letter.toUpperCase())}`]: change.value ?? "removed",
  };
  try {
    return { commit: commitFile(stack.configFile, `Release ${name}: ${change.words}`, trailers) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failed(
      `${stack.configName} was changed (${settingWords(plan)}) but not committed: ${why}. Commit it; ${ran}`,
      {
        written: true,
      },
    );
  }
}

/** Runs the program and prints the sentence and the warnings of the release. Returns them. */
async function run({ stack, position, change, edit }: Plan, flags: ChangeFlags, left: string): Promise<string[]> {
  const messages: string[] = [];
  const errors: string[] = [];
  const onEvent = ({ diagnosticEvent: event }: EngineEvent) => {
    if (event === undefined || event.ephemeral === true) return;
    const text = plainText(event.message);
    if (event.severity === "error") errors.push(text);
    else if (event.urn === position.release.urn && text !== "") messages.push(text);
    else return;
    if (flags.json !== true) process.stderr.write(`${text}\n`);
  };
  const configText = change.first === "run" ? { configText: edit.after } : {};
  try {
    await stack.up(position.release, { whole: flags.all === true, onEvent, ...configText });
  } catch (error) {
    const why = errors.join("\n") || engineMessage(error);
    throw new Failed(`pulumi up failed: ${why}\n${left}`, {
      applied: false,
      written: change.first === "config",
      messages,
    });
  }
  return messages;
}

/** What a subcommand has done so far, for the message about its result. */
interface Done {
  readonly written: boolean;
  readonly applied: boolean;
  readonly commit?: string;
  readonly messages: readonly string[];
}

/**
 * Compares the result of the run with the desired result, because a program may read other keys than the one that was
 * written.
 */
async function reachedBy(plan: Plan, flags: ChangeFlags, done: Done): Promise<Position> {
  const after = await lookAgain(plan, flags);
  if (plan.change.reached(whereIs(after.release))) return after;
  throw new Failed(
    `the run ended, but the release is at ${splitWords(after.release.outputs.split)}: the program may not read ${plan.key}`,
    membersAfter(plan, done, after),
  );
}

function membersAfter(plan: Plan, done: Done, after: Position): Answer["members"] {
  return { ...answer(plan, done, []).members, after: positionMembers(after, plan.stack) };
}

function finished(plan: Plan, done: Done, after: Position): Answer {
  const { stack, position, change } = plan;
  const live = splitWords(after.live?.split ?? {});
  const place = plan.edit.line === undefined ? "" : `; ${stack.configName}:${plan.edit.line}`;
  const made = done.commit === undefined ? "" : `, commit ${done.commit.slice(0, 10)}`;
  return {
    outcome: "done",
    members: membersAfter(plan, done, after),
    lines: [`${position.release.name}: ${change.words}; live ${live}${place}${made}`],
  };
}

function answer(
  { stack, position, change, edit, key, sentence }: Plan,
  done: { readonly written: boolean; readonly applied: boolean; readonly dryRun?: boolean },
  lines: readonly string[],
): Answer {
  const { candidate, stable, weight, split } = whereIs(position.release);
  const members = {
    stack: stack.name,
    release: position.release.name,
    before: {
      stable,
      ...(candidate === undefined ? {} : { candidate }),
      weight,
      split,
      live: position.live?.split ?? {},
    },
    change: {
      key,
      ...(change.value === undefined ? {} : { value: change.value }),
      file: stack.configName,
      ...(edit.line === undefined ? {} : { line: edit.line }),
      removed: edit.removed,
      added: edit.added,
    },
    ...(sentence === undefined ? {} : { sentence }),
    ...done,
  };
  return { outcome: "done", members, lines };
}
