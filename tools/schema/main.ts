/** `npm run schema`: writes the package's schema beside the plugin. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateSchema } from "./generate";

const root = join(__dirname, "..", "..", "..");
writeFileSync(join(root, "provider", "plugin", "schema.json"), `${JSON.stringify(generateSchema(root), null, 2)}\n`);
