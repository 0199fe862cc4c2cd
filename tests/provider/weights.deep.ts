import { describeShares } from "./shares";

describeShares(1);
