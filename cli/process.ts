/** Determines how the command ends after its output was closed, and after a signal during a run of the engine. */

/**
 * Lets the command finish if its output is closed or cannot be written, for example on a full disk. The exit code
 * then still has the outcome.
 */
export function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/**
 * Signals that a terminal, a shell or a runner of a pipeline sends, and the exit codes of a command that they end: 128
 * plus their number.
 */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Cleans up at the first signal, and ends the process. The second signal ends the process at once.
 *
 * @returns whether a signal came
 */
export function endBySignal(close: () => Promise<void>): () => boolean {
  let stopping = false;
  for (const [signal, code] of Object.entries(SIGNALS)) {
    // The listener stays after the first signal (`on`, not `once`): without a listener, the engine's client would send
    // the signal to this process again.
    process.on(signal, () => {
      if (stopping) process.exit(code);
      stopping = true;
      void close().finally(() => process.exit(code));
    });
  }
  return () => stopping;
}

/**
 * Runs the engine to its end, also after a signal. If the output of an engine is closed, the engine dies at once and
 * leaves the stack locked. The terminal sends Ctrl-C to the engine too, which then stops after the current call. Other
 * signals reach only the command, which passes each of them on as one Ctrl-C.
 *
 * @param run gets a signal that is aborted when the engine should stop
 */
export async function withoutInterruption<T>(run: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let isNoticed = false;
  const notice = (signal: NodeJS.Signals) => {
    if (signal !== "SIGINT") stop.abort();
    if (isNoticed) return;
    isNoticed = true;
    process.stderr.write("interrupted: waiting for pulumi to end, so that the stack does not stay locked\n");
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, notice);
  try {
    return await run(stop.signal);
  } finally {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, notice);
  }
}
