/** The release of the package under the oracle of commits. */
import { Release } from "./real";
import { print, search } from "./sequences";

it("breaks no check in random histories", () => {
  const found = search(new Release(), Number(process.env["COUNT"] ?? 1500), { seed: Number(process.env["SEED"] ?? 1) });
  const texts = [...found].map(([check, { text, sequence, count }]) => `${check} (${count}): ${text}\n  ${print(sequence)}`);
  process.stderr.write(texts.join("\n\n") + "\n");
  expect([...found.keys()]).toEqual([]);
}, 600_000);
