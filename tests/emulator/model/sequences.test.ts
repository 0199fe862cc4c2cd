/**
 * The emulator's actions answer what the model answers, and a mistake in them shows. `sequences.deep.ts` goes further, and
 * plants every mistake.
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
