/** Log rows in memory, the newest of each logstore. */

/** A row as the log service answers it: every value is text. */
export type LogRow = Readonly<Record<string, string>>;

/** Rows by project and logstore. Each logstore keeps its newest rows; nothing outlives the process. */
export class Logstores {
  readonly #rows = new Map<string, LogRow[]>();

  /** `capacity` is read at each write: rows a logstore keeps. */
  constructor(private readonly capacity: () => number) {}

  write(project: string, logstore: string, rows: readonly LogRow[]): void {
    const key = `${project}/${logstore}`;
    const kept = this.#rows.get(key) ?? [];
    kept.push(...rows);
    // Cutting in large bites keeps writing cheap: the oldest tenth may stay a little longer than promised.
    const capacity = this.capacity();
    if (kept.length > capacity * 1.1) kept.splice(0, kept.length - capacity);
    this.#rows.set(key, kept);
  }

  /** The newest rows, oldest first. */
  read(project: string, logstore: string): readonly LogRow[] {
    const rows = this.#rows.get(`${project}/${logstore}`) ?? [];
    const capacity = this.capacity();
    return capacity === 0 ? [] : rows.slice(-capacity);
  }

  /** Every project and logstore that was written to, as pairs. */
  names(): [project: string, logstore: string][] {
    return [...this.#rows.keys()].map((key) => key.split("/", 2) as [string, string]);
  }
}
