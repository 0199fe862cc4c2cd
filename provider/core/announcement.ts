/** Sentences about what a run does to traffic. The engine prints them on the resource's line. Pure. */

/** What a run prints about the traffic of a resource: the notice, warnings and a failure. */
export interface Announcement {
  /** The notice, such as `api: v7 95→75 %, v8 5→25 % (step 2/4)`. Absent when no traffic moves. */
  readonly sentence?: string;
  readonly warnings: readonly string[];
  /** Reason why the run fails after it has written. */
  readonly failure?: string;
}

/** Map from version id to share in percent. A version that is not published yet has a name instead of an id. */
export type Shares = Readonly<Record<string, number>>;

/** Formats a change of shares, such as `v7 95→75 %, v8 5→25 %`; undefined if no share changes. */
export function movedShares(before: Shares, after: Shares): string | undefined {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (ids.every((id) => before[id] === after[id])) return undefined;
  return ids.map((id) => `${versionName(id)} ${arrow(before[id] ?? 0, after[id] ?? 0)} %`).join(", ");
}

/** Formats shares, such as `v7 75 %, v8 25 %`. */
export function listedShares(shares: Shares): string {
  return Object.entries(shares)
    .map(([id, share]) => `${versionName(id)} ${share} %`)
    .join(", ");
}

function versionName(id: string): string {
  return /^\d+$/.test(id) ? `v${id}` : id;
}

function arrow(from: number, to: number): string {
  return from === to ? String(to) : `${from}→${to}`;
}

/** The words about rejected versions that are forgotten, such as `v2 is no longer remembered as rejected`; undefined for none. */
export function forgottenWords(rejected: readonly string[]): string | undefined {
  if (rejected.length === 0) return undefined;
  const names = rejected.map((id) => `v${id}`).join(", ");
  return `${names} ${rejected.length === 1 ? "is" : "are"} no longer remembered as rejected`;
}
