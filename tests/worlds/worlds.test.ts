/**
 * Plays named worlds (sequences of runs and changes by hand), and a few random ones. `worlds.deep.ts` and
 * `worlds.soak.ts` play more random worlds.
 */
import { NAMED } from "./named";
import { playRandom } from "./play";
import { Ground } from "./world";

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.start();
});

afterAll(() => ground.close());

it.each(NAMED.map((script) => [script.name, script] as const))("%s", async (_name, script) => {
  expect(await ground.wrongIn(script)).toEqual([]);
});

it("5 worlds", async () => {
  await playRandom(ground, 5, 1);
}, 300_000);
