/** Code that cannot be shipped. The message states what happened, the value, what is allowed and what to do. */
export class CodeError extends Error {
  /** The path as the program gives it, followed by the path inside the tree where there is one. */
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Code ${JSON.stringify(path)}: ${problem}`, options);
    this.name = "CodeError";
    this.path = path;
  }
}
