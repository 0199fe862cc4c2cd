/** The program and the command at the beginning of emulator/README.md have the output that the page shows. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SWITCHES } from "../../emulator";
import { FINDINGS } from "../../emulator/learn/outcomes";
import { root } from "../support/root";

const page = readFileSync(join(root, "emulator", "README.md"), "utf8");

let folder: string;
beforeEach(() => {
  // The folder is inside this repository, so that the name of the package leads to the built files.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "emulator-readme-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("the program of five lines has the output on the page", () => {
  const [, name = "", code = "", shown = ""] = /^`([\w.]+)`,.*\n\n<!-- prettier-ignore -->\n```js\n([^]*?)^```\n[^]*?^```\n([^]*?)^```$/m.exec(page) ?? [];
  expect(code.trimEnd().split("\n")).toHaveLength(5);
  writeFileSync(join(folder, name), code);
  const { stdout, stderr } = spawnSync(process.execPath, [name], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  expect({ stdout, stderr }).toEqual({ stdout: shown, stderr: "" });
}); // prettier-ignore

it("the command prints what the page shows", async () => {
  const [, flags = "", shown = ""] = /^npx fc-emulator (.*)\n```\n[^]*?^```\n([^]*?)^```$/m.exec(page) ?? [];
  expect(flags).toContain("--port 9000");
  // Replaces the port by 0, which means any free port, because the port of the page may be in use.
  const args = flags.replace("9000", "0").split(" ");
  const command = join(root, "bin", "fc-emulator.cjs");
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    printed += chunk.toString();
    if (printed.includes("\n\n")) break;
  }
  child.kill();
  await once(child, "exit");
  const lines = (text: string) => text.replace(/127\.0\.0\.1:(\d+|…)/g, "127.0.0.1:PORT");
  expect(lines(printed.slice(0, printed.indexOf("\n\n") + 1))).toBe(lines(shown));
});

it("the table of open questions names every switch and every finding of fc-emulator learn, and no other", () => {
  const [, table = ""] = /^\| open question .*\n\| --- .*\n((?:\|.*\n)*)/m.exec(page) ?? [];
  const settled = table.split("\n").flatMap((row) => [...(row.split(" | ")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name)); // prettier-ignore
  expect(settled.sort()).toEqual([...Object.keys(SWITCHES), ...Object.keys(FINDINGS)].sort());
});
