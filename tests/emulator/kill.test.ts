/** A process killed while it saves leaves the old state or the new one, never half of one, and nothing it said was kept is lost. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Store } from "../../emulator/store";

const KILLS = 200;

/** Saves again and again, the same count in two functions, and says each count once it is kept. */
const SAVING = `
  const { writeSync } = require("node:fs");
  const { Store } = require(process.argv[1]);
  const store = new Store(process.argv[2]);
  const pad = "x".repeat(100_000);
  const entry = (functionName, revision) => ({ functionName, revision, versions: new Map(), aliases: new Map(), pad });
  for (let count = (store.functions.get("a")?.revision ?? 0) + 1; ; count++) {
    store.functions.set("a", entry("a", count));
    store.functions.set("b", entry("b", count));
    store.save();
    writeSync(1, count + "\\n");
  }`;

/** Runs the loop until it has said something `chunks` times, kills it there and gives the last count it said. */
async function killAfter(chunks: number, folder: string): Promise<number> {
  const store = join(__dirname, "../../dist/emulator/store.js");
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

it("survives kill -9 in the middle of saving, again and again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-kill-"));
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const said = await killAfter(1 + (kill % 5), folder);
      const store = new Store(folder);
      const counts = ["a", "b"].map((name) => store.functions.get(name)?.revision ?? -1);
      store.close();
      expect(counts[0]).toBe(counts[1]);
      // The count being saved when the kill came may be there already.
      expect([said, said + 1]).toContain(counts[0]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 240_000);
