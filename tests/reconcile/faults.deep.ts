/** See story.ts: every fault at every call that changes something. */
import { DISTURBED, testDisturbed } from "./story";

testDisturbed(DISTURBED);
