/**
 * Calls of one session through a weighted alias: what `learn` finds if the account draws a version for each call, keeps
 * the version, or refuses.
 */
import { EXPERIMENTS } from "../../../emulator/learn/experiments";
import { altered } from "../../contract/altered";
import { learnFrom, useFolder, withEmulator } from "./stand";

jest.setTimeout(300_000);

const folder = useFolder();

const sessions = EXPERIMENTS.filter(({ finds }) => finds.includes("sessionDraw"));

describe("calls of one session behind a weighted alias", () => {
  it("in the emulator, each call of a session chooses its version", async () => {
    await withEmulator({ seed: 1 }, async (emulator) => {
      const { profile, left } = await learnFrom(emulator, folder(), { experiments: sessions });
      expect(profile?.findings["sessionDraw"]).toMatchObject({ outcome: "decided", value: "each call" });
      expect([...left, ...emulator.store.functions.keys()]).toEqual([]);
    });
  });

  it("in an account that keeps the version of a session, learn finds this", async () => {
    const change = { file: "service/weights.ts", code: "const drawn = random();", instead: "const drawn = 0.9;" };
    const { startEmulator } = altered(change);
    await withEmulator({}, async (emulator) => {
      const { profile } = await learnFrom(emulator, folder(), { experiments: sessions });
      expect(profile?.findings["sessionDraw"]).toMatchObject({ outcome: "decided", value: "one version" });
    }, startEmulator);
  }); // prettier-ignore

  it("in an account that refuses such a function, there is no result", async () => {
    await withEmulator({}, async (emulator) => {
      const refusal = { kind: "reject", status: 400, code: "InvalidArgument", message: "no" } as const;
      emulator.faults.add({ operation: "CreateFunction", times: Infinity, action: refusal });
      const { profile } = await learnFrom(emulator, folder(), { experiments: sessions });
      expect(profile?.findings["sessionDraw"]).toMatchObject({ outcome: "not decided" });
    });
  });
});
