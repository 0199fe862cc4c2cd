/**
 * The provider's main job under a set of profiles in which each two values of two switches come together: whatever an account is found
 * to do, the provider was run against it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SWITCHES } from "../../emulator";
import type { Profile } from "../../emulator/base/profile";
import { dice } from "../emulator/learn/stand";
import { PROFILE_VARIABLE } from "../support/profile";

type Row = Readonly<Record<string, string>>;

const NAMES = Object.keys(SWITCHES) as (keyof typeof SWITCHES)[];

/** Each value of a switch beside each value of another one. */
function pairs(): [string, string, string, string][] {
  return NAMES.flatMap((a, at) =>
    NAMES.slice(at + 1).flatMap((b) =>
      SWITCHES[a].values.flatMap((x) => SWITCHES[b].values.map((y): [string, string, string, string] => [a, x, b, y])),
    ),
  );
}

type Pair = ReturnType<typeof pairs>[number];

const holds = (row: Row, [a, x, b, y]: Pair): boolean => row[a] === x && row[b] === y;

/** A row that begins with an open pair; switch by switch, in this order, it takes the value that meets most open pairs. */
function rowFrom(open: readonly Pair[], order: readonly (typeof NAMES)[number][]): Row {
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

/** Rows that cover every pair: of several rows, each built in another order, the one that meets most open pairs is next. */
function coveringRows(): Row[] {
  const roll = dice(7);
  const order = () =>
    NAMES.map((name): [number, (typeof NAMES)[number]] => [roll(1e6), name]).sort(([a], [b]) => a - b);
  let open = pairs();
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

const ROWS = coveringRows();

const folder = mkdtempSync(join(tmpdir(), "profiles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The file of a row. */
function written(row: Row, name: string): string {
  const switches = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, { outcome: "decided", value, evidence: [] }]),
  );
  const rest = { date: "2026-01-31", region: "cn-hangzhou", sdk: "none", service: "emulator", findings: {} } as const;
  const profile: Profile = { format: "fc-profile 1", ...rest, switches };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(profile));
  return file;
}

it("is a small set, and each two values come together in it", () => {
  expect(ROWS.length).toBeLessThanOrEqual(20);
  for (const [a, x, b, y] of pairs()) expect(ROWS.some((row) => row[a] === x && row[b] === y)).toBe(true);
});

describe.each(ROWS.map((row, at) => [at, row] as const))("the main job under profile %i", (at, row) => {
  beforeAll(() => {
    process.env[PROFILE_VARIABLE] = written(row, `${at}`);
  });
  afterAll(() => {
    delete process.env[PROFILE_VARIABLE];
  });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a suite registers its tests each time it is loaded
  jest.isolateModules(() => void require("./canary.test"));
});
