/** Kills a process while it saves. After the kill, the data folder has either the old state or the new one, and no saved change is lost. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Store } from "../../emulator/state/store";

/**
 * A script that saves a rising count in two functions. The first function has one version for each of the three newest counts. The script
 * prints each count after it is saved. The state file is rewritten after about five counts.
 */
const SAVING = `
  const { writeSync } = require("node:fs");
  const { Store } = require(process.argv[1]);
  const store = new Store(process.argv[2]);
  const pad = "x".repeat(100_000);
  const entry = (functionName) => ({ functionName, revision: 0, versions: new Map(), aliases: new Map(), pad });
  const [a, b] = ["a", "b"].map((name) => store.functions.get(name) ?? entry(name));
  for (const each of [a, b]) store.functions.set(each.functionName, each);
  for (let count = a.revision + 1; ; count++) {
    a.revision = b.revision = count;
    a.versions.set(String(count), { versionId: String(count) });
    a.versions.delete(String(count - 3));
    store.save(a, b);
    writeSync(1, count + "\\n");
  }`;

/** Runs the script until it has printed `chunks` times, kills it, and returns the last printed count. */
async function killAfter(chunks: number, folder: string): Promise<number> {
  const store = join(__dirname, "../../dist/emulator/state/store.js");
  const child = spawn(process.execPath, ["-e", SAVING, store, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let heard = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    heard += 1;
    if (heard === chunks) child.kill("SIGKILL");
  });
  await once(child, "close");
  expect(child.signalCode).toBe("SIGKILL");
  return Number(said.trimEnd().split("\n").at(-1));
}

/** Kills this number of processes, one after the other. All of them use the same folder, which is checked after each kill. */
export async function expectNothingLost(kills: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "emulator-kill-"));
  try {
    for (let kill = 0; kill < kills; kill++) {
      const said = await killAfter(1 + (kill % 5), folder);
      const store = new Store(folder);
      const counts = ["a", "b"].map((name) => store.functions.get(name)?.revision ?? -1);
      const versions = [...(store.functions.get("a")?.versions.keys() ?? [])];
      store.close();
      const [count = -1] = counts;
      expect(counts).toEqual([count, count]);
      // The count that was being saved at the time of the kill may be stored already.
      expect([said, said + 1]).toContain(count);
      expect(versions).toEqual([count - 2, count - 1, count].filter((each) => each > 0).map(String));
      expect(readdirSync(folder).sort()).toEqual(["code", "state.json"]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
