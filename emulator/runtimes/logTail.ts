/** The log of one invocation, gathered from both output streams. Keeps its end only. */

/** Bytes kept; more than any answer carries, so that frames and trimming find enough. */
export const KEPT_BYTES = 64 * 1024;

type Stream = "stdout" | "stderr";

/**
 * Collects output until the mark of the invocation was seen on both streams.
 *
 * The mark is a NUL, the invocation's token and a line feed; the instance writes it after the handler is done.
 */
export class LogTail {
  readonly #mark: Buffer;
  readonly #pending: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  readonly #open = new Set<Stream>(["stdout", "stderr"]);
  #kept: Buffer = Buffer.alloc(0);
  #before: Buffer = Buffer.alloc(0);

  constructor(token: string) {
    this.#mark = Buffer.from(`\0${token}\n`);
  }

  /** Whether both marks were seen. */
  get isComplete(): boolean {
    return this.#open.size === 0;
  }

  add(stream: Stream, data: Buffer): void {
    if (!this.#open.has(stream)) return;
    const text = Buffer.concat([this.#pending[stream], data]);
    const at = text.indexOf(this.#mark);
    if (at >= 0) this.#open.delete(stream);
    // Bytes that may be the beginning of a mark wait for what follows them.
    const end = at >= 0 ? at : Math.max(0, text.lastIndexOf(0) < 0 ? text.length : text.lastIndexOf(0));
    const rest = text.subarray(end);
    const isMarkStart = rest.length < this.#mark.length && this.#mark.subarray(0, rest.length).equals(rest);
    this.#pending[stream] = isMarkStart ? rest : Buffer.alloc(0);
    this.#keep(isMarkStart || at >= 0 ? text.subarray(0, end) : text);
  }

  /** The end of what was written, at most `bytes`. */
  end(bytes: number): Buffer {
    return this.#kept.subarray(Math.max(0, this.#kept.length - bytes));
  }

  /** What an initializer wrote just before, in its own frame; empty when none ran. */
  get before(): Buffer {
    return this.#before;
  }

  /** Keeps what an initializer wrote, which stands before the frame of the invocation. */
  putBefore(initializer: LogTail, requestId: string): void {
    const frame = (name: string) => Buffer.from(`FC Initialize ${name} RequestId: ${requestId}\n`);
    this.#before = Buffer.concat([frame("Start"), initializer.#kept, frame("End")]);
  }

  #keep(data: Buffer): void {
    const all = Buffer.concat([this.#kept, data]);
    this.#kept = all.subarray(Math.max(0, all.length - KEPT_BYTES));
  }
}
