/** The output of `watch`: a terminal whose screen is redrawn, or lines. */
import { createColors, isColorSupported } from "picocolors";
import { plainLines } from "./line";
import { screenLines } from "./screen";
import { type View, changeKey } from "./view";

/** Shows the results of reads, one after the other. */
export interface Output {
  show(view: View): void;
  /** Restores the terminal; the last view stays on the screen. */
  close(): void;
}

/** Number of columns if the output is not a terminal. */
const COLUMNS = 80;

/** Whether a stream is a terminal that can be redrawn. */
export function isScreen({ isTTY }: { readonly isTTY?: boolean }): boolean {
  return isTTY === true && process.env["TERM"] !== "dumb";
}

/**
 * Redraws the screen. The library `log-update` writes only what has changed, in one piece, and hides the cursor
 * meanwhile.
 */
export async function screenOutput(stream: NodeJS.WriteStream): Promise<Output> {
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(stream);
  const colours = createColors(isColorSupported);
  let last: View | undefined;
  const draw = () => {
    if (last === undefined) return;
    const lines = screenLines(last, stream.columns, colours);
    // If a screen is too high, its end is cut off, because the top is more important.
    update(lines.slice(0, stream.rows - 1).join("\n"));
  };
  const redraw = () => {
    update.clear();
    draw();
  };
  // Ctrl-Z stops the command. The cursor is shown again meanwhile, because the user then works in the shell.
  const stop = () => {
    update.done();
    process.kill(process.pid, "SIGSTOP");
  };
  stream.on("resize", redraw);
  process.on("SIGTSTP", stop).on("SIGCONT", draw);
  return {
    show(view) {
      last = view;
      draw();
    },
    close() {
      stream.off("resize", redraw);
      process.off("SIGTSTP", stop).off("SIGCONT", draw);
      update.done();
    },
  };
}

/** Prints the screen once. */
export function pageOutput(stream: NodeJS.WriteStream): Output {
  const colours = createColors(isScreen(stream) && isColorSupported);
  const columns = stream.isTTY ? stream.columns : COLUMNS;
  return {
    show: (view) => void stream.write(text(screenLines(view, columns, colours))),
    close: () => undefined,
  };
}

/** Prints lines for the result of a read if it differs from the result before. */
export function lineOutput(
  stream: NodeJS.WritableStream,
  linesOf: (view: View) => readonly string[] = plainLines,
): Output {
  let known: string | undefined;
  return {
    show(view) {
      const key = changeKey(view);
      if (key === known) return;
      known = key;
      stream.write(text(linesOf(view)));
    },
    close: () => undefined,
  };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
