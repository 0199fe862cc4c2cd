/** `npm run schema`: writes the package's schema beside the plugin, and the reference pages that are made from it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateSchema } from "./generate";
import { referencePages } from "./reference";

const root = join(__dirname, "..", "..", "..");
const schema = generateSchema(root);
writeFileSync(join(root, "provider", "plugin", "schema.json"), `${JSON.stringify(schema, null, 2)}\n`);
const folder = join(root, "docs", "languages");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(referencePages(root, schema))) writeFileSync(join(folder, name), text);
