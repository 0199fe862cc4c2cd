/** Runs the tests of anything.ts with 1,500 values for each kind. */
import { testAnything } from "./anything";

testAnything(1_500);
