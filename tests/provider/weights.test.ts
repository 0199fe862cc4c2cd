/** Some shares; `weights.deep.ts` tests every share. */
import { describeShares } from "./shares";

describeShares(31);
