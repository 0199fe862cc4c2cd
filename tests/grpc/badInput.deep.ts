/** See everyArgument.ts; this file uses every value of the tables. */
import { testArguments } from "./everyArgument";

testArguments(Infinity);
