import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startEmulator } from "../../emulator";
import { Api } from "./support";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(realpathSync(tmpdir()), "emulator-data-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

it("functions, versions, aliases, code and keys stay after a restart", async () => {
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

it("only their owner can read the files, and unfinished or unused files are removed", async () => {
  const emulator = await startEmulator({ dataDir });
  const api = new Api(emulator);
  await api.create("a");
  await api.delete("a");
  await emulator.close();
  writeFileSync(join(dataDir, "code", `${"0f".repeat(32)}.zip.12345678.tmp`), "left by a crash");
  await (await startEmulator({ dataDir })).close();
  expect(readdirSync(dataDir, { recursive: true }).sort()).toEqual(["code", "identity.json", "state.json"]);
  for (const name of ["identity.json", "state.json"]) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
});

it("a data folder in use is refused, and the folder of a process that has ended is accepted", async () => {
  const emulator = await startEmulator({ dataDir });
  await expect(startEmulator({ dataDir })).rejects.toThrow(/in use/);
  await emulator.close();
  // No process has this id: it is above every system's limit.
  writeFileSync(join(dataDir, "lock"), "99999999");
  await (await startEmulator({ dataDir })).close();
});

it.each(["", "null", "[]", "{}", '{"accountId":"0000000000000001"}', '{"accountId":5}'])(
  "a folder with missing keys is refused with a remedy: %j",
  async (text) => {
    const file = join(dataDir, "identity.json");
    writeFileSync(file, text);
    await expect(startEmulator({ dataDir })).rejects.toThrow(`${file} is damaged; remove it or use another folder`);
  },
);

it("a folder in use is also refused by another path", async () => {
  const link = `${dataDir}-link`;
  symlinkSync(dataDir, link);
  const emulator = await startEmulator({ dataDir });
  try {
    await expect(startEmulator({ dataDir: link })).rejects.toThrow(/in use/);
  } finally {
    await emulator.close();
    rmSync(link);
  }
});

it("a folder of a process that has ended is accepted, also if another process has the same id now", async () => {
  // The parent process of the test runner is running, and has another start time.
  writeFileSync(join(dataDir, "lock"), `${process.ppid} 1`);
  await (await startEmulator({ dataDir })).close();
});

it("a folder in use by a running process is refused with a remedy, also if the lock has no start time", async () => {
  const lock = join(dataDir, "lock");
  writeFileSync(lock, String(process.ppid));
  await expect(startEmulator({ dataDir })).rejects.toThrow(
    `if process ${process.ppid} is not an emulator, remove ${lock}`,
  );
  rmSync(lock);
  await (await startEmulator({ dataDir })).close();
});

it("a state of another format or an incomplete state is refused", async () => {
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

it.each<[name: string, damage: (code: string) => void]>([
  ["the folder is missing", (code) => rmSync(code, { recursive: true })],
  ["a package is missing", (code) => rmSync(join(code, readdirSync(code)[0] ?? ""))],
  ["a package has another size", (code) => writeFileSync(join(code, readdirSync(code)[0] ?? ""), "x")],
])("a start with missing code is refused with the name of the function: %s", async (_name, damage) => {
  const emulator = await startEmulator({ dataDir });
  await new Api(emulator).create("kept");
  await emulator.close();
  damage(join(dataDir, "code"));
  const before = readFileSync(join(dataDir, "state.json"), "utf8");
  await expect(startEmulator({ dataDir })).rejects.toThrow(
    /^the code of function 'kept' is missing or damaged: .*\/code\/[0-9a-f]{64}\.zip should be a file of \d+ bytes/,
  );
  expect(readFileSync(join(dataDir, "state.json"), "utf8")).toBe(before);
});

const REMEDY = "use a folder that exists or can be created, and in which you may write";

it.each<[what: string, place: () => string, refusal: RegExp]>([
  ["a file", () => file("file"), new RegExp(`the data folder .*/file cannot be used: .*; ${REMEDY}`)],
  ["under a file", () => join(file("file"), "data"), new RegExp(`cannot be used: .*(EEXIST|ENOTDIR).*; ${REMEDY}`)],
  ["a folder whose code is a file", () => (file("code"), dataDir), new RegExp(`cannot be used: .*/code'; ${REMEDY}`)],
  ["a folder of the system", () => "/proc", new RegExp(`the data folder /proc cannot be used: .*; ${REMEDY}`)],
  ["below a folder of the system", () => "/proc/a/b", new RegExp(`/proc/a/b cannot be used: .*; ${REMEDY}`)],
  [
    "a folder whose lock is a folder",
    () => (mkdirSync(join(dataDir, "lock")), dataDir),
    /\/lock is not a file, but the emulator locks the data folder with it; use another folder/,
  ],
  [
    "a folder whose state is a folder",
    () => (mkdirSync(join(dataDir, "state.json")), dataDir),
    /state\.json is not a file, but the emulator keeps its state there; use another folder/,
  ],
  [
    "a folder whose keys are a folder",
    () => (mkdirSync(join(dataDir, "identity.json")), dataDir),
    /identity\.json is damaged; remove it or use another folder/,
  ],
])("a path that cannot be a data folder is refused with a remedy: %s", async (_what, place, refusal) => {
  const used = place();
  await expect(startEmulator({ dataDir: used })).rejects.toThrow(refusal);
});

function file(name: string): string {
  writeFileSync(join(dataDir, name), "");
  return join(dataDir, name);
}

it("an ossDir that is not a folder is refused at the start", async () => {
  for (const ossDir of [join(dataDir, "nope"), file("file")]) {
    const refusal = `ossDir (--oss) is '${ossDir}', which is not a folder; allowed: a folder with files <bucket>/<object>`;
    await expect(startEmulator({ ossDir })).rejects.toThrow(refusal);
  }
  await (await startEmulator({ ossDir: dataDir })).close();
});
