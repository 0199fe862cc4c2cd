/** More of the sequences in `sequences.test.ts`. */
import { testAgreement } from "./sequences";

/** Set `FC_MODEL_SEQUENCES` for a longer run. */
testAgreement(Number(process.env["FC_MODEL_SEQUENCES"] ?? 10_000));
