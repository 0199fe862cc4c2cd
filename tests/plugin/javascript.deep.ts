/** Every journey of a release in JavaScript, beside the other languages. */
import { journeys } from "../support/journeys";
import { inJavaScript } from "../support/languages";

journeys(inJavaScript, () => ({}));
