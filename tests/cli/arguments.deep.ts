/** Tests all rows of arguments.ts. */
import { testWrongArguments } from "./arguments";

testWrongArguments(1);
