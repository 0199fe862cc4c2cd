/** The error of a command that is refused. */

/** Thrown when a command cannot be carried out. Nothing was changed. */
export class Refused extends Error {}
