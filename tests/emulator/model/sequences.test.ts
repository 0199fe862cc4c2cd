/**
 * The emulator's actions have the same answers as the model, and a planted mistake is found. `sequences.deep.ts` has more sequences,
 * and plants every mistake.
 */
import { MUTANTS } from "./mutants";
import { changed, difference, inProcess, testAgreement } from "./sequences";

const SEQUENCES = 300;

testAgreement(SEQUENCES);

it("random sequences find a behaviour that differs from the model", async () => {
  expect(await difference(SEQUENCES, inProcess({ deleteVersionInUse: "refuse" }))).toBeDefined();
});

it.each(MUTANTS.slice(0, 1))("random sequences find the planted mistake: %s", async (_what, file, code, instead) => {
  expect(await difference(SEQUENCES, inProcess({}, changed({ file, code, instead })))).toBeDefined();
});
