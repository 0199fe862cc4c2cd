/** See releases.ts; `release.deep.ts` plays more sequences. */
import { testReleases } from "./releases";

testReleases(40);
