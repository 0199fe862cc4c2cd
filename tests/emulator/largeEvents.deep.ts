/**
 * A handler receives the largest event that the service allows, with every byte in order. Covers every runtime that
 * needs only Node.js. The duration is not tested: `npm run bench:emulator` measures it, also for other runtimes.
 */
import { createHash } from "node:crypto";

import * as fc from "@alicloud/fc20230330";

import { Api, useEmulator, zipInput } from "./support";

/** The largest event of a synchronous invocation, in bytes. */
const LARGEST = 32 * 2 ** 20;

const emulator = useEmulator({ warn: () => undefined });

const HANDLER = `const { createHash } = require("node:crypto");
exports.handler = async (event) => createHash("sha256").update(event).digest("hex");`;

const SERVER = `const { createHash } = require("node:crypto");
require("node:http").createServer((request, response) => {
  const hash = createHash("sha256");
  request.on("data", (chunk) => hash.update(chunk));
  request.on("end", () => response.end(hash.digest("hex")));
}).listen(process.env.FC_CUSTOM_LISTEN_PORT);`;

it.each<[string, () => Partial<fc.CreateFunctionInput>]>([
  ["nodejs20", () => ({ code: zipInput({ "index.js": HANDLER }) })],
  [
    "custom.debian12",
    () => ({
      code: zipInput({ "server.js": SERVER }),
      customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["node", "server.js"] }),
    }),
  ],
])("%s: an event of 32 MB arrives whole", async (runtime, input) => {
  const api = new Api(emulator(), {}, 300_000);
  const name = runtime.replace(".", "-");
  await api.create(name, { runtime, memorySize: 1024, timeout: 120, ...input() });
  // The event consists of rising numbers, so a lost, repeated or misplaced part changes its hash.
  const event = Array.from({ length: LARGEST / 8 }, (_, number) => String(number).padStart(8, "0")).join("");
  const { body } = await api.invoke(name, { event });
  expect(body).toBe(createHash("sha256").update(event).digest("hex"));
}, 300_000); // prettier-ignore
