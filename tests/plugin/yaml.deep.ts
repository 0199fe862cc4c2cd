/** All tests of `journeys.ts` in YAML. */
import { journeys } from "../support/journeys";
import { hostsOnPath, exampleInYaml } from "../support/languages";

journeys(exampleInYaml, () => hostsOnPath("yaml"));
