/** Some of the shares; `weights.deep.ts` takes every one. */
import { describeShares } from "./shares";

describeShares(31);
