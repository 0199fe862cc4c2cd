/** Tests shares in steps of 3.1 %. `weights.deep.ts` tests every share. */
import { describeShares } from "./shares";

describeShares(31);
