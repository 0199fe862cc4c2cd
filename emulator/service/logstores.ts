/** Keeps the newest rows of each logstore in memory. */

/** A row in the form of the log service: every value is text. */
export type LogRow = Readonly<Record<string, string>>;

/** Rows by project and logstore, only in memory. Each logstore keeps its newest rows. */
export class Logstores {
  readonly #rows = new Map<string, LogRow[]>();

  /** `capacity` returns the number of rows that a logstore keeps; it is called at each write. */
  constructor(private readonly capacity: () => number) {}

  /** Adds rows to a logstore, which is created with its first row. If it is full, its oldest rows are dropped. */
  write(project: string, logstore: string, rows: readonly LogRow[]): void {
    const key = `${project}/${logstore}`;
    const kept = this.#rows.get(key) ?? [];
    kept.push(...rows);
    // Rows are dropped a tenth of the capacity at a time, which keeps writing fast. A logstore may therefore have up to
    // a tenth more rows.
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

  /** Pairs of project and logstore that have rows. */
  names(): [project: string, logstore: string][] {
    return [...this.#rows.keys()].map((key) => key.split("/", 2) as [string, string]);
  }
}
