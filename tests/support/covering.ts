/** Runs suites under profiles that together contain each value of the emulator's switches. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SWITCHES } from "../../emulator";
import type { Profile } from "../../emulator/base/profile";
import { dice } from "../emulator/learn/stand";
import { PROFILE_VARIABLE } from "./profile";

export type Row = Readonly<Record<string, string>>;
type Name = keyof typeof SWITCHES;
/** A pair: a value of one switch together with a value of another switch. */
export type Pair = readonly [Name, string, Name, string];

export const ALL = Object.keys(SWITCHES) as Name[];

/**
 * Switches that change an answer to a request of the provider. Switches about running code and events are left out, and switches
 * about requests that the provider never sends, such as an alias without weights, of LATEST, or with weights finer than thousandths.
 */
export const SEEN_BY_PROVIDER: readonly Name[] = [
  ...(["publishGuard", "publishErrorStatus", "refusedPublish", "aliasNoChange", "readAfterWrite"] as const),
  ...(["deleteVersionInUse", "deleteFunctionInUse", "functionInUseStatus", "unknownQualifier"] as const),
  ...(["versionDescription", "stateFields"] as const),
];

/** All pairs of values of two switches. */
export function pairs(names: readonly Name[]): Pair[] {
  return names.flatMap((a, at) =>
    names
      .slice(at + 1)
      .flatMap((b) => SWITCHES[a].values.flatMap((x) => SWITCHES[b].values.map((y): Pair => [a, x, b, y]))),
  );
}

export const holds = (row: Row, [a, x, b, y]: Pair): boolean => row[a] === x && row[b] === y;

/** A row of values that has the given uncovered pair. The other switches get, one by one, the value that covers most uncovered pairs. */
function rowFrom(open: readonly Pair[], order: readonly Name[]): Row {
  const row: Record<string, string> = {};
  const [first] = open;
  if (first !== undefined) [row[first[0]], row[first[2]]] = [first[1], first[3]];
  for (const name of order.filter((each) => row[each] === undefined)) {
    const gains = SWITCHES[name].values.map((value): [number, string] => {
      const more = { ...row, [name]: value };
      return [open.filter((pair) => (pair[0] === name || pair[2] === name) && holds(more, pair)).length, value];
    });
    row[name] = gains.reduce((most, each) => (each[0] > most[0] ? each : most))[1];
  }
  return row;
}

/**
 * Rows that together contain every pair. Each time, several rows are built in random orders of the switches, and the row
 * that covers most uncovered pairs is used.
 */
export function rowsOfPairs(names: readonly Name[]): Row[] {
  const roll = dice(7);
  const order = () => names.map((name): [number, Name] => [roll(1e6), name]).sort(([a], [b]) => a - b);
  let open = pairs(names);
  const rows: Row[] = [];
  while (open.length > 0) {
    const met = (row: Row) => open.filter((pair) => holds(row, pair)).length;
    const candidates = Array.from({ length: 30 }, () => rowFrom(open, order().map(([, name]) => name))); // prettier-ignore
    const best = candidates.reduce((most, each) => (met(each) > met(most) ? each : most));
    rows.push(best);
    open = open.filter((pair) => !holds(best, pair));
  }
  return rows;
}

/** Rows that together contain every value. */
export function rowsOfValues(names: readonly Name[]): Row[] {
  const count = Math.max(...names.map((name) => SWITCHES[name].values.length));
  return Array.from({ length: count }, (_, at) =>
    Object.fromEntries(names.map((name) => [name, String(SWITCHES[name].values[at % SWITCHES[name].values.length])])),
  );
}

/** Registers a suite once for each row of values of switches. `load` requires the file of the suite. */
export function underProfiles(rows: readonly Row[], load: () => void): void {
  const folder = mkdtempSync(join(tmpdir(), "profiles-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  describe.each(rows.map((row, at) => [at, row] as const))("under profile %i %j", (at, row) => {
    beforeAll(() => {
      process.env[PROFILE_VARIABLE] = written(row, join(folder, `${at}.json`));
    });
    afterAll(() => {
      delete process.env[PROFILE_VARIABLE];
    });
    jest.isolateModules(load);
  });
}

/** Writes a profile that sets the switches to the values of a row. Returns the file. */
function written(row: Row, file: string): string {
  const switches = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, { outcome: "decided", value, evidence: [] }]),
  );
  const rest = { date: "2026-01-31", region: "cn-hangzhou", sdk: "none", service: "emulator", findings: {} } as const;
  const profile: Profile = { format: "fc-profile 1", ...rest, switches };
  writeFileSync(file, JSON.stringify(profile));
  return file;
}
