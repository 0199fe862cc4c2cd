/** The error for code that cannot be used. The message contains the problem, the value, what is allowed and what to do. */
export class CodeError extends Error {
  /** The path that the program sets, followed by the path inside the tree, if there is one. */
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Code ${JSON.stringify(path)}: ${problem}`, options);
    this.name = "CodeError";
    this.path = path;
  }
}
