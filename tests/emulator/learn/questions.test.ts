/** Questions about the service that its documents do not answer: each has an experiment, or a reason for none. */
import { EXPERIMENTS } from "../../../emulator/learn/experiments";
import { resultText } from "../../../emulator/learn/report";
import type { Profile } from "../../../emulator/base/profile";
import { SWITCHES } from "../../../emulator";

/** Each question with its switches and findings; a text in quotes begins a line of "Not tested". */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  "status of VersionPublishError": ["publishErrorStatus"],
  "status and code of an alias update without a change": ["aliasNoChange", "unchangedAliasCode"],
  "what counts as a change for a publish": ["publishGuard", "descriptionIsChange", "orderIsChange"],
  "number of a refused publish": ["refusedPublish"],
  "x-fc-ignore-version-publish-error": ["publishErrorHeader"],
  "alias to LATEST": ["aliasToLatest"],
  "additional versions, weights of the main version, precision, 0 and 1": ["additionalVersions", "mainVersionWeight", "weightPrecision", "weightBounds"],
  "weights left out of an update": ["omittedWeights"],
  "deleting a version that an alias or a trigger names, and a call after it": ["deleteVersionInUse", "versionOfTrigger", "deletedMainVersion"],
  "deleting a function with versions and aliases": ["deleteFunctionInUse"],
  "status of FunctionNotEmpty": ["functionInUseStatus"],
  "status of ProvisionConfigExist": ["'status of ProvisionConfigExist"],
  "headers that name the version": ["versionHeader", "versionHeaders"],
  "state fields of a function with a package": ["stateFields"],
  "metrics by version": ["'metrics of CloudMonitor by version"],
  "version of an asynchronous event, and of its retries": ["asyncDraw"],
  "sessions behind a weighted alias": ["sessionDraw"],
  "provisioned instances behind a weighted alias": ["'status of ProvisionConfigExist, and provisioned instances"],
  "quotas and rate limits": ["'quotas and rate limits"],
  "rights for single aliases and versions": ["'rights for single aliases and versions"],
  "configuration behind a weighted alias, codes of unknown qualifiers": ["aliasShows", "unknownQualifier"],
  "check of code when it is sent": ["codeCheck"],
  "reads after a change": ["readAfterWrite", "readLag"],
  "description of a version": ["versionDescription"],
  "version id that LATEST sees": ["latestVersionId"],
  "largest age of an event": ["largestEventAge"],
  "pages that read what a trigger answers": ["triggerCors"],
}; // prettier-ignore

const NOTHING: Profile = {
  ...{ format: "fc-profile 1", date: "2026-01-31", region: "cn-hangzhou", sdk: "none", service: "emulator" },
  ...{ switches: {}, findings: {} },
};

it("every question has an experiment or a reason why there is none, and every experiment has a question", () => {
  const asked: string[] = EXPERIMENTS.flatMap(({ settles, finds }) => [...settles, ...finds]);
  const named = Object.values(QUESTIONS).flat();
  expect(named.filter((name) => !name.startsWith("'")).sort()).toEqual([...asked].sort());
  expect(Object.keys(SWITCHES).filter((name) => !asked.includes(name))).toEqual([]);
  const [, notAsked = ""] = resultText(NOTHING).split("Not tested:\n");
  const without = named.filter((name) => name.startsWith("'")).map((name) => `  ${name.slice(1)}`);
  expect(without.filter((line) => !notAsked.includes(line))).toEqual([]);
});
