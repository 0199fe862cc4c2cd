/**
 * The named sequences, on the release of the package. They are a separate file because they are run for every planted
 * mistake.
 */
import { NAMED, check } from "./named";
import { Release } from "./real";

test.each(NAMED)("$name", (named) => {
  expect(check(new Release(), named)).toBeUndefined();
});
