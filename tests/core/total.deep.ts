/** See anything.ts. */
import { testAnything } from "./anything";

testAnything(1_500);
