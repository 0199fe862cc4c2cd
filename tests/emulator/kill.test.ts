/** `journal.test.ts` cuts the journal at every byte; `kill.deep.ts` kills more often. */
import { expectNothingLost } from "./kills";

it("survives kill -9 in the middle of saving, again and again", () => expectNothingLost(25));
