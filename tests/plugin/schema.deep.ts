/** `provider/plugin/schema.json` and the pages of docs/languages are what `npm run schema` writes. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { generateSchema } from "../../tools/schema/generate";
import { referencePages } from "../../tools/schema/reference";

const root = join(__dirname, "..", "..");

it("neither schema nor the pages of languages are stale: npm run schema changes nothing", () => {
  const generated = generateSchema(root);
  expect(generated).toEqual(JSON.parse(readFileSync(join(root, "provider", "plugin", "schema.json"), "utf8")));
  const folder = join(root, "docs", "languages");
  const written = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  expect(Object.fromEntries(written)).toEqual(referencePages(root, generated));
});
