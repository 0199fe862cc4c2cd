import { decide } from "../../provider/core/decision";
import { SEQUENCES } from "./sequences";

it.each(SEQUENCES)("$name", ({ run }) => {
  expect(() => run(decide)).not.toThrow();
});
