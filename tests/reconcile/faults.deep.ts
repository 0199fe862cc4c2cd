/** Runs the tests of story.ts with every fault at every call that changes something. */
import { DISTURBED, testDisturbed } from "./story";

testDisturbed(DISTURBED);
