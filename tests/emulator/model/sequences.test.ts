/** The emulator's actions answer what the model answers, and a mistake in them shows. `sequences.deep.ts` goes further. */
import type { Switches } from "../../../emulator/base/switches";
import { MUTANTS } from "./mutants";
import { changed, difference, inProcess, testAgreement } from "./sequences";

/** The mistake that shows last needs 1,233. */
const SEQUENCES = 1_500;

testAgreement(SEQUENCES);

it.each<Partial<Switches>>([
  { publishGuard: "off" },
  { publishGuard: "revision" },
  { refusedPublish: "burns" },
  { publishErrorStatus: "409" },
  { aliasNoChange: "accept" },
  { additionalVersions: "one" },
  { mainVersionWeight: "allow" },
  { omittedWeights: "clear" },
  { deleteVersionInUse: "refuse" },
  { deleteFunctionInUse: "refuse" },
  { unknownQualifier: "version" },
  { aliasShows: "additional" },
  { versionDescription: "function" },
])("finds a behaviour that is not the model's: %j", async (set) => {
  expect(await difference(SEQUENCES, inProcess(set))).toBeDefined();
});

it("finds nothing in sources compiled for a mistake when none is planted", async () => {
  const actions = changed({ file: "base/errors.ts", code: "class ServiceError", instead: "class ServiceError" });
  expect(await difference(200, inProcess({}, actions))).toBeUndefined();
});

it.each(MUTANTS)("finds the planted mistake: %s", async (_what, file, code, instead) => {
  const actions = changed({ file, code, instead });
  expect(await difference(SEQUENCES, inProcess({}, actions))).toBeDefined();
});
