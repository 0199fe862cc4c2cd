/** Runs the tests of everyArgument.ts with all values of the tables. */
import { testArguments } from "./everyArgument";

testArguments(Infinity);
