/** See everyArgument.ts: every value of the tables. */
import { testArguments } from "./everyArgument";

testArguments(Infinity);
