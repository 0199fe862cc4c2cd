/** What a run will do to traffic, in words for a resource's own line. Pure. */

/** What a preview announces. */
export interface Announcement {
  /** Absent when no traffic moves. */
  readonly sentence?: string;
  readonly warnings: readonly string[];
  /** Why the run fails after it has written. */
  readonly failure?: string;
}

/** Version id, or what stands for a version that is not published yet, to its share in percent. */
export type Shares = Readonly<Record<string, number>>;

/** `v7 95→75 %, v8 5→25 %`; undefined when no share changes. */
export function movedShares(before: Shares, after: Shares): string | undefined {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (ids.every((id) => before[id] === after[id])) return undefined;
  return ids.map((id) => `${versionName(id)} ${arrow(before[id] ?? 0, after[id] ?? 0)} %`).join(", ");
}

/** `v7 75 %, v8 25 %`. */
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
