/** `npm run contract` with an emulator in place of the service: every case deletes its objects. */
import { startEmulator } from "../../emulator";
import { ALL } from "./cases";
import { DEFAULTS, realTarget } from "./targets";

it("each case passes and deletes the objects that it created", async () => {
  const emulator = await startEmulator();
  const { env, endpoint, store } = emulator;
  const target = realTarget({ ...env, FC_ENDPOINT: endpoint, FC_CONTRACT_PREFIX: "contract" });
  const left: string[] = [];
  for (const single of ALL) {
    await target.run(single, DEFAULTS);
    const layers = [...store.layers.values()].filter(({ versions }) => versions.size > 0);
    if (store.functions.size + store.customDomains.size + layers.length > 0) left.push(single.name);
  }
  await emulator.close();
  expect(left).toEqual([]);
}, 240_000);
