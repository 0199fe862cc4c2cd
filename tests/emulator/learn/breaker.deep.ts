/** Attempts to make `learn` delete other objects, leave objects, cost more than announced, or print a secret. */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Emulator } from "../../../emulator";
import { resume } from "../../../emulator/learn/run";
import { mostYuan } from "../../../emulator/learn/report";
import { altered } from "../../contract/altered";
import { Api } from "../support";
import { anySwitches, learnFrom, placeOf, quickly, useFolder, withEmulator } from "./stand";

const folder = useFolder();
const { signal } = new AbortController();

const names = ({ store }: Emulator) => [...store.functions.keys()];

it("learn does not start if a function with its prefix exists", async () => {
  await withEmulator({}, async (emulator) => {
    await new Api(emulator).create("taken-1");
    await expect(learnFrom(emulator, folder(), { prefix: "taken-" })).rejects.toThrow(
      "there are functions whose names begin with taken-, taken-1 for one; choose another prefix",
    );
    expect(emulator.mutations()).toHaveLength(1);
  });
});

it("learn does not start if ListFunctions fails, or if the journal cannot be written", async () => {
  await withEmulator({}, async (emulator) => {
    const denied = { kind: "reject", status: 403, code: "AccessDenied", message: "no" } as const;
    emulator.faults.add({ operation: "ListFunctions", times: Infinity, action: denied });
    await expect(learnFrom(emulator, folder())).rejects.toThrow("functions cannot be listed with these keys");
    emulator.faults.clear();
    await expect(learnFrom(emulator, folder(), { journal: join(folder(), "none", "journal") })).rejects.toThrow(
      "ENOENT",
    );
    expect(emulator.mutations()).toEqual([]);
  });
});

it("learn neither changes nor deletes a function that somebody else creates under its next name", async () => {
  await withEmulator({}, async (emulator) => {
    const body = { functionName: "race-2", runtime: "nodejs20", handler: "theirs", code: { zipFile: "UEsFBg==" } };
    const request = { method: "POST", path: "/functions", body };
    emulator.faults.add({ operation: "CreateFunction", nth: 2, action: { kind: "outOfBand", request } });
    const learned = await learnFrom(emulator, folder(), { prefix: "race-" });
    expect({ left: learned.left, others: learned.others, names: names(emulator) }).toEqual({
      left: [],
      others: ["race-2"],
      names: ["race-2"],
    });
    const { config, revision } = emulator.store.functions.get("race-2") ?? {};
    expect([config?.["handler"], revision]).toEqual(["theirs", 1]);
  });
});

it("--clean does not delete functions that are only in a forged journal", async () => {
  await withEmulator({}, async (emulator) => {
    await new Api(emulator).create("prod");
    const { accountId, region } = emulator;
    const journal = join(folder(), "forged");
    const forged = async (lines: unknown[]) => {
      writeFileSync(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      return await resume(journal, { place: placeOf(emulator), pace: quickly(emulator), signal });
    };
    const head = { format: "fc-learn 1", accountId, region, prefix: "pro", mark: "m" };
    expect(await forged([head, "prod"])).toEqual({ left: [], others: ["prod"] });
    await expect(forged([{ ...head, prefix: "x" }, "prod"])).rejects.toThrow("names prod, which does not begin with x");
    await expect(forged([{ ...head, prefix: "" }, "prod"])).rejects.toThrow("which does not begin with ");
    await expect(forged([{ ...head, format: "other" }])).rejects.toThrow("is no journal of fc-emulator learn");
    expect(names(emulator)).toEqual(["prod"]);
    expect(emulator.mutations()).toHaveLength(1);
  });
});

it("--clean accepts a journal with an incomplete last line, and an empty one", async () => {
  await withEmulator({}, async (emulator) => {
    const { accountId, region } = emulator;
    const head = JSON.stringify({ format: "fc-learn 1", accountId, region, prefix: "torn-", mark: "m" });
    await new Api(emulator).create("torn-1", { environmentVariables: { LEARN_RUN: "m" } });
    for (const text of [`${head}\n"torn-1"\n"torn-`, "", head.slice(0, 20)]) {
      const journal = join(folder(), "torn");
      writeFileSync(journal, text);
      expect(await resume(journal, { place: placeOf(emulator), pace: quickly(emulator), signal })).toEqual({
        left: [],
        others: [],
      });
      expect(existsSync(journal)).toBe(false);
    }
    expect(names(emulator)).toEqual([]);
  });
});

it("learn deletes every function it created, also if its journal is removed during the run", async () => {
  await withEmulator({}, async (emulator) => {
    const journal = join(folder(), "removed");
    const run = () => rmSync(journal);
    emulator.faults.add({ operation: "CreateFunction", nth: 2, action: { kind: "before", run } });
    const said: string[] = [];
    const learned = await learnFrom(emulator, folder(), { journal, report: (line) => said.push(line) });
    expect({ left: learned.left, profile: learned.profile, names: names(emulator) }).toEqual({
      left: [],
      profile: undefined,
      names: [],
    });
    expect(said.at(-1)).toContain("ENOENT");
  });
});

it.each([
  ["a function that says it is deleted and stays while it has aliases", "  world.store.functions.delete(entry.functionName);\n", "  if (entry.aliases.size > 0) return noContent();\n  world.store.functions.delete(entry.functionName);\n"],
])("learn deletes every function it created: %s", async (_what, code, instead) => {
  const { startEmulator } = altered({ file: "service/actions/function.ts", code, instead });
  await withEmulator({}, async (emulator) => {
    const learned = await learnFrom(emulator, folder());
    expect([...learned.left, ...names(emulator)]).toEqual([]);
  }, startEmulator);
}); // prettier-ignore

it("if functions cannot be deleted, learn lists them and keeps its journal", async () => {
  await withEmulator({}, async (emulator) => {
    const denied = { kind: "reject", status: 403, code: "AccessDenied", message: "no" } as const;
    emulator.faults.add({ operation: "DeleteFunction", times: Infinity, action: denied });
    const journal = join(folder(), "denied");
    const learned = await learnFrom(emulator, folder(), { journal, prefix: "denied-" });
    expect(learned.left).toEqual(names(emulator));
    expect(learned.left.length).toBeGreaterThan(3);
    expect(existsSync(journal)).toBe(true);
    emulator.faults.clear();
    expect(await resume(journal, { place: placeOf(emulator), pace: quickly(emulator), signal })).toEqual({
      left: [],
      others: [],
    });
    expect(names(emulator)).toEqual([]);
  });
});

it("learn makes at most the announced number of calls, also with faults, and leaves no function", async () => {
  await withEmulator({ readAfterWrite: "late" }, async (emulator) => {
    const limits = { calls: 60, runs: 12, ms: 1e9 };
    const learned = await learnFrom(emulator, folder(), { limits, prefix: "few-" });
    const outcomes = Object.values(learned.profile?.switches ?? {});
    const because = outcomes.map((found) => ("because" in found ? found.because : ""));
    expect(because).toContain("the limit of 60 calls is reached");
    expect(because).toContain("the limit of 12 runs of functions is reached");
    expect(emulator.requests.filter(({ operation }) => operation === "InvokeFunction").length).toBeLessThanOrEqual(4);
    const mutations = emulator.mutations().findIndex(({ operation }) => operation === "DeleteFunction");
    expect(mutations).toBeLessThan(60);
    expect(names(emulator)).toEqual([]);
  });
});

it("learn ends its experiments when the time limit is reached", async () => {
  await withEmulator({}, async (emulator) => {
    const pace = quickly(emulator);
    const slow = { ...pace, now: () => pace.now() + emulator.requests.length * 15_000 };
    const learned = await learnFrom(emulator, folder(), { pace: slow });
    const outcomes = Object.values(learned.profile?.switches ?? {});
    expect(
      outcomes.filter((found) => "because" in found && found.because === "the time limit is reached").length,
    ).toBeGreaterThan(10);
    expect(names(emulator)).toEqual([]);
  });
});

it("the announced price is that of the largest number of invocations", () => {
  // 200 runs of 3 seconds at 0.05 vCPU, 0.125 GB of memory, 0.5 GB of disk: 57.75 units of 0.00011 yuan.
  expect(mostYuan(200)).toBe(0.01);
  expect(mostYuan(20_000)).toBe(0.64);
});

it("a usual run makes as many calls and invocations as the plan announces", async () => {
  await withEmulator({}, async (emulator) => {
    const { calls, runs } = await learnFrom(emulator, folder());
    expect(calls).toBeLessThanOrEqual(220);
    expect(runs).toBeLessThanOrEqual(52);
    expect(emulator.mutations().filter(({ operation }) => operation === "CreateFunction")).toHaveLength(9);
  });
});

it("the profile has no key, account, name or id, also if the answers contain them", async () => {
  const { startEmulator } = altered({
    file: "service/actions/lookup.ts",
    code: "return errors[world.options.unknownQualifier](entry.functionName, qualifier);",
    instead:
      "return Object.assign(invalidArgument(world.identity.accessKeySecret), { code: 'LTAI5tKeyOfSomebody', status: 404 });",
  });
  await withEmulator(
    anySwitches(5),
    async (emulator) => {
      const { accessKeySecret, accessKeyId, accountId } = emulator;
      emulator.faults.add({
        operation: "DeleteFunction",
        times: 3,
        action: { kind: "reject", status: 409, code: accountId, message: accessKeyId },
      });
      const learned = await learnFrom(emulator, folder(), { prefix: "secret-names-" });
      const text = JSON.stringify(learned.profile);
      const ids = emulator.requests.map(({ requestId }) => requestId);
      for (const secret of [accessKeySecret, accessKeyId, accountId, "secret-names-", "LTAI5t", ...ids]) {
        expect(text).not.toContain(secret);
      }
      expect(text).toContain("with another code");
    },
    startEmulator,
  );
});

it("learn writes only the files that the flags name", () => {
  expect(readdirSync(folder()).filter((name) => name.startsWith("journal-"))).toEqual([]);
});
