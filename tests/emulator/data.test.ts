import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startEmulator } from "../../emulator";
import { Api } from "./support";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "emulator-data-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

it("functions, versions, aliases, code and keys outlive a restart", async () => {
  const first = await startEmulator({ dataDir, region: "eu-west-1" });
  const api = new Api(first);
  await api.create("kept", { environmentVariables: { A: "1" } });
  await api.publish("kept", "one");
  await api.createAlias("kept", "live", { versionId: "1" });
  const before = await api.get("kept");
  await first.close();
  const second = await startEmulator({ dataDir });
  const again = new Api(second);
  expect([second.accessKeyId, second.accountId, second.region]).toEqual([
    first.accessKeyId,
    first.accountId,
    "eu-west-1",
  ]);
  expect(await again.get("kept")).toEqual(before);
  expect(await again.getAlias("kept", "live")).toMatchObject({ versionId: "1" });
  expect((await again.invoke("kept", { qualifier: "live" })).body).toBe("ok");
  await again.update("kept", { timeout: 9 });
  expect(await again.publish("kept")).toMatchObject({ versionId: "2" });
  await second.close();
});

it("files are for their owner only, and nothing unfinished or unused stays", async () => {
  const emulator = await startEmulator({ dataDir });
  const api = new Api(emulator);
  await api.create("a");
  await api.delete("a");
  await emulator.close();
  writeFileSync(join(dataDir, "code", "f00.zip.1.tmp"), "left by a crash");
  await (await startEmulator({ dataDir })).close();
  expect(readdirSync(dataDir, { recursive: true }).sort()).toEqual(["code", "identity.json", "state.json"]);
  for (const name of ["identity.json", "state.json"]) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
});

it("a folder in use is refused, one left by a dead process is not", async () => {
  const emulator = await startEmulator({ dataDir });
  await expect(startEmulator({ dataDir })).rejects.toThrow(/in use/);
  await emulator.close();
  // No process has this id: it is above every system's limit.
  writeFileSync(join(dataDir, "lock"), "99999999");
  await (await startEmulator({ dataDir })).close();
});

it("a folder left by a dead process is taken when the system gave its id to another process", async () => {
  // The test runner's parent lives, and has not started at this time.
  writeFileSync(join(dataDir, "lock"), `${process.ppid} 1`);
  await (await startEmulator({ dataDir })).close();
});

it("a folder in use by a process that lives names the remedy, also where the lock does not say when it started", async () => {
  const lock = join(dataDir, "lock");
  writeFileSync(lock, String(process.ppid));
  await expect(startEmulator({ dataDir })).rejects.toThrow(`if process ${process.ppid} is no emulator, remove ${lock}`);
  rmSync(lock);
  await (await startEmulator({ dataDir })).close();
});

it("a state of another format or half a state is refused, not guessed at", async () => {
  await (await startEmulator({ dataDir })).close();
  writeFileSync(join(dataDir, "state.json"), '{"format":99,"functions":[]}');
  await expect(startEmulator({ dataDir })).rejects.toThrow(/format 99/);
  writeFileSync(join(dataDir, "state.json"), '{"format":1,"fun');
  await expect(startEmulator({ dataDir })).rejects.toThrow(/state\.json/);
});

it("without a folder every start has its own keys and account", async () => {
  const [a, b] = await Promise.all([startEmulator(), startEmulator()]);
  expect(a.accessKeyId).not.toBe(b.accessKeyId);
  expect(a.accountId).not.toBe(b.accountId);
  expect(a.accessKeySecret).toMatch(/^fcemu-/);
  await Promise.all([a.close(), b.close()]);
});
