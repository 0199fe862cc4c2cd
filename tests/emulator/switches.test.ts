import { readFileSync } from "node:fs";
import { join } from "node:path";

import { startEmulator, SWITCHES, type Switch } from "../../emulator";
import { parseSwitch } from "../../emulator/base/switches";
import { Api } from "./support";

const readme = readFileSync(join(__dirname, "../../emulator/README.md"), "utf8");

/** Cells of the table rows whose first cell is a switch. */
const rows = readme
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

it.each(Object.entries<Switch>(SWITCHES))("the README's table says what %s decides", (name, { values, decides }) => {
  expect(rows).toContainEqual([`\`${name}\``, values.map((value) => `\`${value}\``).join(", "), decides]);
});

it.each(Object.entries<Switch>(SWITCHES))("the first value of %s is its default", (_name, known) => {
  expect(known.values[0]).toBe(known.default);
});

it("an emulator starts with the defaults and the given switches", async () => {
  const emulator = await startEmulator({ aliasNoChange: "accept" });
  expect(emulator.options).toMatchObject({ aliasNoChange: "accept", publishGuard: "content" });
  await emulator.close();
});

it("reads are late only while readAfterWrite is late", async () => {
  const emulator = await startEmulator({ readAfterWrite: "late" });
  const api = new Api(emulator);
  await api.create("before");
  emulator.options.readAfterWrite = "current";
  await api.create("after");
  const found = await api.list().finally(() => emulator.close());
  expect(found.functions?.map(({ functionName }) => functionName)).toEqual(["after", "before"]);
});

it("a switch is parsed from text, and a wrong one is refused with the allowed values", () => {
  expect(parseSwitch("publishGuard=revision")).toEqual({ publishGuard: "revision" });
  expect(() => parseSwitch("publishGuard")).toThrow("a switch is set as name=value, got 'publishGuard'");
  expect(() => parseSwitch("publishGuard=often")).toThrow(
    "switch publishGuard is 'often'; allowed: content, revision, off",
  );
  expect(() => parseSwitch("guard=off")).toThrow("there is no switch 'guard'; allowed: publishGuard, ");
});
