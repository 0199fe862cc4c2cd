/**
 * The root folder of the repository. It is in a separate module, so that a test that only reads files does not load
 * engine and emulator.
 */
import { join } from "node:path";

/** The repository's root. */
export const root = join(__dirname, "..", "..");
