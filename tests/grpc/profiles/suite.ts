/** Runs a suite of the provider process with several profiles, which together have each value of a switch that affects the provider. */
import { SEEN_BY_PROVIDER, rowsOfValues, underProfiles } from "../../support/covering";

/**
 * Registers a suite.
 * @param name its file in the folder above, without `.test.ts`
 */
export function suiteUnderProfiles(name: string): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a suite registers its tests each time it is loaded
  underProfiles(rowsOfValues(SEEN_BY_PROVIDER), () => void require(`../${name}.test`));
}
