/** See releases.ts. */
import { testReleases } from "./releases";

testReleases(200);
