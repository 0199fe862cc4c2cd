/** Wrong options are refused with their name, before a port or file is opened. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startEmulator } from "../../emulator";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-options-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const PORT = "must be a whole number, from 0 to 65535";

it.each<[object, string]>([
  ...["port", "domainPort", "page", "admin"].flatMap((name): [object, string][] => [
    [{ [name]: 70_000 }, `option ${name} ${PORT}, got 70000`],
    [{ [name]: "8080" }, `option ${name} ${PORT}, got "8080"`],
  ]),
  [{ port: -1 }, `option port ${PORT}, got -1`],
  [{ port: 1.5 }, `option port ${PORT}, got 1.5`],
  [{ port: null }, `option port ${PORT}, got null`],
  [{ seed: 1.5 }, "option seed must be a whole number, of any size, got 1.5"],
  [{ seed: NaN }, "option seed must be a whole number, of any size, got NaN"],
  [{ pendingReads: -1 }, "option pendingReads must be a whole number, 0 or more, got -1"],
  [{ logRows: 1.5 }, "option logRows must be a whole number, 0 or more, got 1.5"],
  [{ recordCharacters: 0 }, "option recordCharacters must be a whole number, 1 or more, got 0"],
  [{ provisionSeconds: -5 }, "option provisionSeconds must be a number of seconds, 0 or more, got -5"],
  [{ requestSeconds: 0 }, "option requestSeconds must be a number of seconds above 0, got 0"],
  [{ requestSeconds: NaN }, "option requestSeconds must be a number of seconds above 0, got NaN"],
  [{ region: "" }, 'option region must be a text that is not empty, got ""'],
  [{ region: 5 }, "option region must be a text that is not empty, got 5"],
  [{ ossDir: "" }, 'option ossDir must be a text that is not empty, got ""'],
  [{ profile: "" }, 'option profile must be a text that is not empty, got ""'],
  [{ unsafeListen: "yes" }, 'option unsafeListen must be true or false, got "yes"'],
  [{ now: 5 }, "option now must be a function"],
  [{ random: 0.5 }, "option random must be a function"],
  [{ warn: true }, "option warn must be a function"],
  [{ invoke: null }, "option invoke must be an object"],
  [{ invoke: { idleSeconds: -1 } }, "option invoke.idleSeconds must be a number of seconds, 0 or more, got -1"],
  [{ invoke: { maxInstances: 0 } }, "option invoke.maxInstances must be a whole number, 1 or more, got 0"],
  [{ invoke: { startSeconds: 0 } }, "option invoke.startSeconds must be a number of seconds above 0, got 0"],
  [{ invoke: { idle: 1 } }, "there is no option 'invoke.idle'; allowed: idleSeconds, maxInstances, startSeconds"],
  [{ dataFolder: "x" }, "there is no option 'dataFolder'; allowed: listen, "],
])("the options %j are refused", async (options, message) => {
  const dataDir = join(folder, "data");
  await expect(startEmulator({ dataDir, ...options })).rejects.toThrow(message);
  expect(existsSync(dataDir)).toBe(false);
});

it("an empty name of the data folder is refused", async () => {
  await expect(startEmulator({ dataDir: "" })).rejects.toThrow("option dataDir must be a text that is not empty");
});

it("an option with the value undefined has its default", async () => {
  const options = { port: undefined, seed: undefined, invoke: undefined } as object;
  await (await startEmulator(options)).close();
});
