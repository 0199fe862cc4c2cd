/** Runs the tests of judging.ts with 3,000 sequences. `npm run soak` runs more. */
import { playMany } from "./judging";

const COUNT = Number(process.env["FC_JUDGED_SEQUENCES"] ?? "3000");
const SEED = Number(process.env["FC_JUDGED_SEED"] ?? "1");

it(`${COUNT} random sequences from seed ${SEED}`, async () => {
  await playMany(COUNT, SEED);
}, 36_000_000);
