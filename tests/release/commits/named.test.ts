/** The sequences by name, on the release of the package. A file of its own: fast enough for every planted mistake. */
import { NAMED, check } from "./named";
import { Release } from "./real";

test.each(NAMED)("$name", (named) => {
  expect(check(new Release(), named)).toBeUndefined();
});
