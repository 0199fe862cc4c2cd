/** All tests of `journeys.ts` in JavaScript. */
import { journeys } from "../support/journeys";
import { inJavaScript } from "../support/languages";

journeys(inJavaScript, () => ({}));
