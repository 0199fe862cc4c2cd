/**
 * Plays random worlds (sequences of runs and changes by hand). `FC_WORLDS` is their number, by default 50,000.
 * `FC_WORLDS_SEED` is the seed, by default the current time in seconds.
 */
import { playRandom } from "./play";
import { Ground } from "./world";

const COUNT = Number(process.env["FC_WORLDS"] ?? 50_000);
const SEED = Number(process.env["FC_WORLDS_SEED"] ?? Math.floor(Date.now() / 1000));
const PART = 500;

const parts = Array.from({ length: Math.ceil(COUNT / PART) }, (_, part) => SEED + part);

it.each(parts)(
  `${Math.min(PART, COUNT)} worlds from seed %i`,
  async (seed) => {
    const ground = await Ground.start();
    try {
      await playRandom(ground, Math.min(PART, COUNT), seed);
    } finally {
      await ground.close();
    }
  },
  3_600_000,
);
