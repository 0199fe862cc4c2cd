/** Every journey of a release in Go; the generated SDK is compiled, which checks its types. */
import { journeys } from "../support/journeys";
import { hostsOnPath, exampleInGo } from "../support/languages";

journeys(exampleInGo, () => hostsOnPath("go"));
