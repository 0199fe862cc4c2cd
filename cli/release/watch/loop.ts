/**
 * Reads the releases again at each interval, until the awaited phase is reached. This module uses neither the service
 * nor the terminal.
 */
import type { ReleaseView, View } from "./view";

/** The functions and options of the loop. */
export interface Watched {
  /** Reads the releases. */
  readonly look: () => Promise<readonly ReleaseView[]>;
  readonly show: (view: View) => void;
  /** Returns after the interval. */
  readonly wait: () => Promise<void>;
  /** Current time in milliseconds since 1970. */
  readonly now: () => number;
  readonly stack: string;
  /** True: the releases are read only once. */
  readonly once: boolean;
  /** The loop ends when all releases are in this phase. Undefined: no phase ends the loop. */
  readonly until: string | undefined;
}

/** Exit code of a single read that did not find the awaited phase. */
const NOT_YET = 2;

/**
 * Reads and shows the releases until the loop ends, and returns the exit code: 0 if all releases are in the awaited
 * phase, 1 if one was rejected instead.
 *
 * @throws the error of the first read. An error of a later read is shown, and the releases are read again
 */
export async function watchReleases(watched: Watched): Promise<number> {
  const { show, wait, once, until } = watched;
  let view = await viewNow(watched);
  for (;;) {
    show(view);
    const code = view.problem === undefined ? endOf(view.releases, until) : undefined;
    if (code !== undefined) return code;
    if (once) return until === undefined ? 0 : NOT_YET;
    await wait();
    view = await nextView(watched, view);
  }
}

async function viewNow({ look, now, stack }: Watched): Promise<View> {
  return { releases: await look(), time: now(), stack };
}

/**
 * The result of a read. If the read failed: the last releases that were read, with the time of that read, and the
 * error.
 */
async function nextView(watched: Watched, { problem: _old, ...last }: View): Promise<View> {
  try {
    return await viewNow(watched);
  } catch (error) {
    return { ...last, problem: error instanceof Error ? error.message : String(error) };
  }
}

function endOf(releases: readonly ReleaseView[], until: string | undefined): number | undefined {
  if (until === undefined) return undefined;
  if (releases.every(({ phase }) => phase === until)) return 0;
  return releases.some(({ phase }) => phase === "rejected") ? 1 : undefined;
}
