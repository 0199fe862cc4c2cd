/**
 * What a large event costs grows with its size, in every kind of runtime that needs Node.js alone. Does not prove: how long one takes;
 * `npm run bench:emulator` measures that, for Python as well.
 */
import * as fc from "@alicloud/fc20230330";

import { Api, useEmulator, zipInput } from "./support";

const MB = 2 ** 20;
const [SMALL, LARGE] = [8 * MB, 32 * MB];

const emulator = useEmulator({ warn: () => undefined });

const SERVER = `require("node:http").createServer((request, response) => {
  let size = 0;
  request.on("data", (chunk) => (size += chunk.length));
  request.on("end", () => response.end(String(size)));
}).listen(process.env.FC_CUSTOM_LISTEN_PORT);`;

it.each<[string, () => Partial<fc.CreateFunctionInput>]>([
  ["nodejs20", () => ({ code: zipInput({ "index.js": "exports.handler = async (event) => String(event.length);" }) })],
  [
    "custom.debian12",
    () => ({
      code: zipInput({ "server.js": SERVER }),
      customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["node", "server.js"] }),
    }),
  ],
])(
  "%s: four times the bytes take no more than seven times as long; sixteen were quadratic",
  async (runtime, input) => {
    const api = new Api(emulator(), {}, 300_000);
    const name = runtime.replace(".", "-");
    await api.create(name, { runtime, memorySize: 1024, timeout: 120, ...input() });
    const seconds = async (size: number): Promise<number> => {
      const started = performance.now();
      const { body } = await api.invoke(name, { event: "x".repeat(size) });
      expect(body).toBe(String(size));
      return (performance.now() - started) / 1000;
    };
    await seconds(1);
    // By turns, so that a busy machine slows both.
    const times: [small: number, large: number][] = [];
    for (let round = 0; round < 3; round++) times.push([await seconds(SMALL), await seconds(LARGE)]);
    const fastest = (at: 0 | 1) => Math.min(...times.map((each) => each[at]));
    expect(fastest(1) / fastest(0)).toBeLessThan(7);
  },
  600_000,
);
