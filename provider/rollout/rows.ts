/** Keeps the log rows that one judgement has read, so that the next judgement does not read them again. */
import { MAX_ROWS, type WindowRows, readRows, withoutOldestSecond } from "../core/analysis";

/** The rows that were read of a window. */
interface Known extends WindowRows {
  readonly functionName: string;
  /** The window that was asked for. */
  readonly since: number;
  readonly to: number;
}

/**
 * Reads like `readRows`, and keeps the rows. If a window begins where the last one did and ends later, only the rows
 * since then are read: one answer instead of up to 200. At most {@link MAX_ROWS} rows are kept, the newest; of each
 * second either all rows or none are kept.
 */
export function keepingRows(): typeof readRows {
  let known: Known | undefined;
  return async (source, functionName, since, to, most = MAX_ROWS) => {
    const same = known?.functionName === functionName && known.since === since && known.to <= to ? known : undefined;
    if (same?.to === to) return same;
    const fresh = await readRows(source, functionName, same?.to ?? since, to, most);
    const found = same === undefined || fresh.from > same.to ? fresh : joined(fresh, same, to, most);
    known = { ...found, functionName, since, to };
    return found;
  };
}

function joined(fresh: WindowRows, before: WindowRows, to: number, most: number): WindowRows {
  const rows = [...fresh.rows, ...before.rows];
  return rows.length <= most ? { rows, from: before.from } : withoutOldestSecond(rows.slice(0, most), to);
}
