/**
 * Plays random worlds (sequences of runs and changes by hand). `FC_WORLDS` is their number, by default 200.
 * `FC_WORLDS_SEED`, by default 1, selects the seeds. The worlds are divided into two halves, which run at the same
 * time.
 */
import { playRandom } from "./play";
import { Ground } from "./world";

const LANES = 2;
const COUNT = Number(process.env["FC_WORLDS"] ?? 200);
const SEED = Number(process.env["FC_WORLDS_SEED"] ?? 1);

it.each([`${COUNT} worlds from seed ${SEED}`])(
  "%s",
  async () => {
    const play = async (lane: number) => {
      const ground = await Ground.start();
      try {
        await playRandom(ground, Math.ceil(COUNT / LANES), SEED * LANES + lane);
      } finally {
        await ground.close();
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, lane) => play(lane)));
  },
  3_600_000,
);
