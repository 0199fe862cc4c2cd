/** Every message that docs/guide/troubleshooting.md quotes is in the source. This does not prove when it is printed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root";

const page = readFileSync(join(root, "docs", "guide", "troubleshooting.md"), "utf8");
const quoted = [...page.matchAll(/^### `(.+)`$/gm)].map(([, message = ""]) => message);

/** All sources as one text, without comments. A text that continues on the next line is joined to one text. */
const sources = ["provider", "emulator", "cli", "plugin"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name)))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(file, "utf8").replace(/^\s*(\/\/|\/?\*).*$/gm, "").replace(/["`'] ?\+\s*["`']/g, "").replaceAll('\\"', '"'))
  .join("\n"); // prettier-ignore

it("the page quotes messages of every kind", () => {
  expect(quoted.length).toBeGreaterThan(35);
  expect(new Set(quoted).size).toBe(quoted.length);
});

it.each(quoted)("%s", (message) => {
  // In a message on the page, `…` stands for a value. In the sources there is `${…}`, or the text ends.
  const parts = message.split("…").map((part) => part.trim());
  const missing = parts.filter((part) => part !== "" && !sources.includes(part));
  expect(missing).toEqual([]);
});
