/** Every journey of a release in YAML. */
import { journeys } from "../support/journeys";
import { hostsOnPath, inYaml } from "../support/languages";

journeys(inYaml, () => hostsOnPath("yaml"));
