/** Every journey of a release in Go; the generated SDK is compiled, which checks its types. */
import { journeys } from "../support/journeys";
import { hostsOnPath, inGo } from "../support/languages";

journeys(inGo, () => hostsOnPath("go"));
