/** The profile a suite runs under: how the emulator it starts behaves. */
import type { StartOptions } from "../../emulator";

/** Names the file; `tests/provider/profiles.deep.ts` sets it. */
export const PROFILE_VARIABLE = "FC_TEST_PROFILE";

/** What a suite's emulator is started with: the defaults, unless it runs under a profile. */
export function profileOptions(): StartOptions {
  const profile = process.env[PROFILE_VARIABLE];
  return profile === undefined ? {} : { profile };
}
