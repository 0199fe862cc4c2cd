/** The profile of a suite, which sets the switches of its emulator. */
import type { StartOptions } from "../../emulator";

/** Name of the variable with the profile's file; `tests/provider/profiles.deep.ts` sets it. */
export const PROFILE_VARIABLE = "FC_TEST_PROFILE";

/** Options of a suite's emulator: empty unless there is a profile. */
export function profileOptions(): StartOptions {
  const profile = process.env[PROFILE_VARIABLE];
  return profile === undefined ? {} : { profile };
}
