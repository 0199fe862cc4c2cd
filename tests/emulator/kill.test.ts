/** Kills a process 25 times while it saves. `journal.test.ts` cuts the journal at every byte, and `kill.deep.ts` kills more often. */
import { expectNothingLost } from "./kills";

it("a data folder survives kill -9 during a save, 25 times", () => expectNothingLost(25));
