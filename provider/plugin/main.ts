/** What the executable `pulumi-resource-alicloud-fc` runs: the package for YAML, Go, Python, .NET and Java programs. */
import { registerFromPlugin } from "../resources/shell";
import { settingsFailures, settingsOf } from "./configuration";
import { construct } from "./component";
import type { Settings } from "./inputs";
import { resourceCalls } from "./resources";
import { type Schema, packageVersion, schemaText } from "./schema";
import { serve } from "./server";
import { openedMembers } from "./wire";

registerFromPlugin();
const schema = schemaText();
let settings: Settings = {};

void serve(
  {
    version: packageVersion(),
    schema,
    ...resourceCalls(() => settings),
    construct: (name, type, inputs, options) => construct(JSON.parse(schema) as Schema, name, type, inputs, options),
  },
  {
    checkConfig: (given) => settingsFailures(openedMembers(given)),
    configure: (given) => {
      settings = settingsOf(openedMembers(given));
    },
  },
  process.argv.slice(2),
);
