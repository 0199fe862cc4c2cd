/** A code path that cannot be shipped. The message has what happened, the value, what is allowed and what to do. */
export class CodeError extends Error {
  /** The path at fault, as the user wrote it, followed by the place inside the tree when there is one. */
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Code ${JSON.stringify(path)}: ${problem}`, options);
    this.name = "CodeError";
    this.path = path;
  }
}
