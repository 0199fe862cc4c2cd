/** See story.ts: every fault at every mutating call. */
import { DISTURBED, testDisturbed } from "./story";

testDisturbed(DISTURBED);
