/** The end of the log of one invocation, from both output streams. */

/** Number of bytes that are kept. The log in an answer is shorter, including its start and end lines. */
export const KEPT_BYTES = 64 * 1024;

type Stream = "stdout" | "stderr";

/**
 * Collects output until both streams have the mark of the invocation.
 *
 * The mark is a NUL, the invocation's token and a line feed. The instance writes it when the handler has ended.
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
    // Bytes that may be the beginning of a mark are kept until the next bytes arrive.
    const end = at >= 0 ? at : Math.max(0, text.lastIndexOf(0) < 0 ? text.length : text.lastIndexOf(0));
    const rest = text.subarray(end);
    const isMarkStart = rest.length < this.#mark.length && this.#mark.subarray(0, rest.length).equals(rest);
    this.#pending[stream] = isMarkStart ? rest : Buffer.alloc(0);
    this.#keep(isMarkStart || at >= 0 ? text.subarray(0, end) : text);
  }

  /** The end of the output, at most `bytes` bytes. */
  end(bytes: number): Buffer {
    return this.#kept.subarray(Math.max(0, this.#kept.length - bytes));
  }

  /** Output of an initializer that ran just before, between its own start and end lines; empty if none ran. */
  get before(): Buffer {
    return this.#before;
  }

  /** Keeps the output of an initializer, which comes before the start line of the invocation. */
  putBefore(initializer: LogTail, requestId: string): void {
    const frame = (name: string) => Buffer.from(`FC Initialize ${name} RequestId: ${requestId}\n`);
    this.#before = Buffer.concat([frame("Start"), initializer.#kept, frame("End")]);
  }

  #keep(data: Buffer): void {
    const all = Buffer.concat([this.#kept, data]);
    this.#kept = all.subarray(Math.max(0, all.length - KEPT_BYTES));
  }
}
