/**
 * Runs the tests of judging.ts with `FC_JUDGED_SEQUENCES` sequences (default 100,000) from the seed `FC_JUDGED_SEED`
 * (default: the current time in seconds). Each part of the run has its own seed in its title, with which the part can
 * be repeated.
 */
import { playMany } from "./judging";

const COUNT = Number(process.env["FC_JUDGED_SEQUENCES"] ?? 100_000);
const SEED = Number(process.env["FC_JUDGED_SEED"] ?? Math.floor(Date.now() / 1000));
const PART = 1000;

const parts = Array.from({ length: Math.ceil(COUNT / PART) }, (_, part) => SEED + part);

it.each(parts)(
  `${Math.min(PART, COUNT)} sequences from seed %i`,
  async (seed) => {
    await playMany(Math.min(PART, COUNT), seed);
  },
  3_600_000,
);
