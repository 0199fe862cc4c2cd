/** More sequences than `sequences.test.ts`; they find every planted mistake in the actions. */
import type { Switches } from "../../../emulator/base/switches";
import { MUTANTS } from "./mutants";
import { changed, difference, inProcess, testAgreement } from "./sequences";

/** Set `FC_MODEL_SEQUENCES` for a longer run. */
testAgreement(Number(process.env["FC_MODEL_SEQUENCES"] ?? 5_000));

/** The mistake that is hardest to find needs 1,233 sequences. */
const SEQUENCES = 1_500;

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
])("random sequences find a behaviour that differs from the model: %j", async (set) => {
  expect(await difference(SEQUENCES, inProcess(set))).toBeDefined();
});

it("random sequences find no difference in sources that are compiled without a planted mistake", async () => {
  const actions = changed({ file: "base/errors.ts", code: "class ServiceError", instead: "class ServiceError" });
  expect(await difference(200, inProcess({}, actions))).toBeUndefined();
});

it.each(MUTANTS)("random sequences find the planted mistake: %s", async (_what, file, code, instead) => {
  const actions = changed({ file, code, instead });
  expect(await difference(SEQUENCES, inProcess({}, actions))).toBeDefined();
});
