/** Every journey of a release in YAML. */
import { journeys } from "../support/journeys";
import { hostsOnPath, exampleInYaml } from "../support/languages";

journeys(exampleInYaml, () => hostsOnPath("yaml"));
