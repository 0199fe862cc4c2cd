/**
 * See judging.ts. `FC_JUDGED_SEQUENCES` sequences from `FC_JUDGED_SEED`; by default 100,000 from the second in which it starts. Each part
 * has its own seed, with which it can be played again.
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
