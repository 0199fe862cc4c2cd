/** Apart from everything else, so that a test which only reads files loads no engine and no emulator. */
import { join } from "node:path";

/** The repository's root. */
export const root = join(__dirname, "..", "..");
