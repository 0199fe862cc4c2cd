/** What a command refuses to do. */

/** Something that cannot be carried out. Nothing was changed. */
export class Refused extends Error {}
