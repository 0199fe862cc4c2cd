/** The root folder, in a separate module, so that a test that only reads files does not load the engine and the emulator. */
import { join } from "node:path";

/** The repository's root. */
export const root = join(__dirname, "..", "..");
