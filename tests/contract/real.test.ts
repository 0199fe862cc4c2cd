/** The contract against a real account, when asked for: `FC_CONTRACT_TARGET=real`. Elsewhere what it refuses to start without. */
import type { Switches } from "../../emulator";
import { SWITCHES } from "../../emulator";
import type { Case } from "./case";
import { ALL } from "./cases";
import { DEFAULTS, realTarget } from "./targets";

const isReal = process.env["FC_CONTRACT_TARGET"] === "real";

it.each(["FC_CONTRACT_PREFIX", "ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"])(
  "a run on a real account needs %s",
  (missing) => {
    const names = ["FC_CONTRACT_PREFIX", "ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"]; // prettier-ignore
    const env = Object.fromEntries(names.map((name) => [name, name === missing ? "" : "x"]));
    expect(() => realTarget(env)).toThrow(`${missing} is not set`);
  },
);

/** The combinations of the switches a case names, defaults first: the one that passes is what the service does. */
function combinations({ switches = [] }: Case): Switches[] {
  return switches.reduce<Switches[]>(
    (all, name) => all.flatMap((each) => SWITCHES[name].values.map((value): Switches => ({ ...each, [name]: value }))),
    [DEFAULTS],
  );
}

if (isReal) {
  const target = realTarget(process.env);
  it.each(ALL)("real: $group › $name [$grade]", async (single) => {
    const failures: unknown[] = [];
    for (const switches of combinations(single)) {
      const failure: unknown = await target.run(single, switches).then(
        () => undefined,
        (error: unknown) => error ?? new Error("failed"),
      );
      if (failure === undefined) {
        const found = (single.switches ?? []).map((name) => `${name}=${switches[name]}`);
        if (found.length > 0) process.stdout.write(`${single.name}: ${found.join(", ")}\n`);
        return;
      }
      failures.push(failure);
    }
    throw failures[0];
  });
}
