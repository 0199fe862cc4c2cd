/**
 * One hour of mixed load in simulated time, without and with a data folder: the memory in use must grow by at most a tenth.
 *
 * The minutes take no real time, because the emulator's clock is moved. The memory is measured after a garbage collection, so
 * the machine and its load do not matter. These tests do not prove that memory does not grow over days.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";
import { zipSync } from "fflate";

import { Api, type Place } from "./support";

const ROOT = join(__dirname, "..", "..");

/** Number of simulated minutes of load. */
const MINUTES = 60;

/** Number of minutes after which everything with a limit in the emulator has reached this limit. */
const FILLED = 30;

/**
 * An emulator in a separate process. It answers "memory" with its bytes in use, and moves its clock by a number that it
 * receives.
 */
const CHILD = `
  const { startEmulator } = require(process.argv[1]);
  const dataDir = process.argv[2];
  startEmulator({ recordCharacters: 2_000_000, logRows: 500, ...(dataDir === undefined ? {} : { dataDir }) }).then((emulator) => {
    const { endpoint, region, accessKeyId, accessKeySecret } = emulator;
    process.send({ endpoint, region, accessKeyId, accessKeySecret });
    process.on("message", (message) => {
      if (typeof message === "number") return void (emulator.clock.advance(message), process.send(0));
      const settle = async () => {
        for (let round = 0; round < 3; round++) {
          globalThis.gc();
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        const { heapUsed, external } = process.memoryUsage();
        process.send(heapUsed + external);
      };
      void settle();
    });
    process.on("disconnect", () => void emulator.close().then(() => process.exit()));
  });`;

async function ask<T>(child: ChildProcess, message?: string | number): Promise<T> {
  if (message !== undefined) child.send(message);
  const [answer] = (await once(child, "message")) as [T];
  return answer;
}

/** A code package that cannot be compressed. Its bytes differ each time. */
function newCode(): fc.InputCodeLocation {
  const files = { "index.js": Buffer.from(SOURCE), "data.bin": randomBytes(512 * 1024) };
  return new fc.InputCodeLocation({ zipFile: Buffer.from(zipSync(files, { level: 0 })).toString("base64") });
}

/** A handler that writes logs, and fails for every third event. */
const SOURCE = `let calls = 0;
exports.handler = async (event) => {
  console.log("called", String(event));
  if (++calls % 3 === 0) throw new Error("third");
  return event;
};`;

/** One minute of mixed load. */
async function minute(api: Api, at: Place, count: number): Promise<void> {
  await api.update("busy", { code: newCode() });
  const { versionId = "" } = await api.publish("busy");
  await api.updateAlias("busy", "live", { versionId });
  const versions = (await api.versions("busy", { limit: 100 })).versions ?? [];
  for (const old of versions.slice(3)) await api.deleteVersion("busy", String(old.versionId));
  await api.create(`short${count}`, { code: newCode() });
  for (let call = 0; call < 10; call++) await api.invoke("busy", { qualifier: "live", event: "x".repeat(1000) });
  for (let event = 0; event < 40; event++) await api.invoke("busy", { type: "Async", event: "y".repeat(2000) });
  for (let refused = 0; refused < 20; refused++) await fetch(`${at.endpoint}/${"p".repeat(6000)}`);
  await fetch(`${at.endpoint}/2023-03-30/functions`, { method: "POST", body: "z".repeat(100_000) }).catch(() => undefined);
  await api.delete(`short${count}`);
} // prettier-ignore

async function soak(dataDir: string | undefined): Promise<number[]> {
  const script = join(ROOT, "dist", "emulator", "index.js");
  const args = ["--expose-gc", "-e", CHILD, script, ...(dataDir === undefined ? [] : [dataDir])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  try {
    const at = await ask<Place>(child);
    const api = new Api(at);
    const logConfig = new fc.LogConfig({ project: "p", logstore: "l", enableRequestMetrics: true });
    await api.create("busy", { code: newCode(), logConfig });
    await api.publish("busy");
    await api.createAlias("busy", "live", { versionId: "1" });
    const body = new fc.PutAsyncInvokeConfigInput({ asyncTask: true, maxAsyncRetryAttempts: 1 });
    const config = new fc.PutAsyncInvokeConfigRequest({ body });
    await api.sdk.putAsyncInvokeConfigWithOptions("busy", config, {}, api.runtime);
    const bytes: number[] = [];
    for (let count = 0; count < MINUTES; count++) {
      await minute(api, at, count);
      await ask(child, 60);
      bytes.push(await ask<number>(child, "memory"));
    }
    return bytes;
  } finally {
    child.disconnect();
    await once(child, "exit");
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("one hour of simulated load", () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-soak-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ["in memory", undefined],
    ["with a data folder", join(folder, "data")],
  ])(
    "%s leaves memory flat within a tenth",
    async (_where, dataDir) => {
      const bytes = await soak(dataDir);
      const half = mean(bytes.slice(FILLED, FILLED + 10));
      const end = mean(bytes.slice(-10));
      const shown = bytes.filter((_each, at) => at % 10 === 9).map((each) => (each / 2 ** 20).toFixed(1));
      process.stdout.write(`memory after each ten minutes, MB: ${shown.join(", ")}\n`);
      expect(end).toBeLessThan(half * 1.1);
    },
    600_000,
  );
});
