/** `npm run vectors`: published figures, the results of this repository's code, and the differences. */
import { exactVectors, simulatedVectors } from "./vectors";

const size = Number(process.argv[2] ?? "1");
const vectors = [...exactVectors(), ...simulatedVectors(size)];

let group = "";
for (const vector of vectors) {
  if (vector.group !== group) console.log(`\n${vector.group}`);
  group = vector.group;
  const difference = Math.abs(vector.got - vector.expected);
  const digits = vector.tolerance > 0 && vector.tolerance < 1e-3 ? 7 : 3;
  const cells = [vector.expected, vector.got, difference].map((value) =>
    Number(value.toFixed(digits)).toString().padStart(12),
  );
  console.log(`  ${vector.name.padEnd(52)} ${cells.join(" ")} ${difference <= vector.tolerance ? "" : "  too far"}`);
}
const wrong = vectors.filter(({ expected, got, tolerance }) => Math.abs(got - expected) > tolerance);
console.log(
  `\n${vectors.length - wrong.length} of ${vectors.length} figures reproduced (columns: expected, got, difference)`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
