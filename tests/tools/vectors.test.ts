/** Published figures of the statistics, reproduced. `npm run vectors` prints them. */
import { exactVectors, simulatedVectors } from "../../tools/vectors/vectors";

const tooFar = (vectors: ReturnType<typeof exactVectors>) =>
  vectors.filter(({ expected, got, tolerance }) => !(Math.abs(got - expected) <= tolerance));

it("reproduces the boundaries to 1e-5, and the tables of counts exactly", () => {
  const vectors = exactVectors();
  expect(vectors).toHaveLength(73);
  expect(tooFar(vectors)).toEqual([]);
});

it("reproduces the simulated tables within the tolerance of a twentieth of the runs", () => {
  expect(tooFar(simulatedVectors(0.05))).toEqual([]);
});
