/**
 * Main module of the executable `pulumi-resource-alicloud-fc`, which serves YAML, Go, Python, .NET and Java programs.
 */
import { packageVersion } from "../package";
import { registerFromPlugin } from "../resources/tokens";
import { settingsFailures, settingsOf } from "./configuration";
import { construct } from "./component";
import type { Settings } from "./inputs";
import { resourceCalls } from "./resources";
import { type Schema, schemaText } from "./schema";
import { serve } from "./server";
import { openedMembers } from "./wire";

const HELP = `Usage: pulumi-resource-alicloud-fc [engine address]

The plugin that the Pulumi engine starts for programs in YAML, Go, Python, .NET and Java.
Nobody has to start it by hand: declare the package in the program, and run "pulumi up".

Options:
  --version  print the version of the package
  --help     print this text
`;

/** Serves the package to the engine until the engine ends the process. */
function serveEngine(args: readonly string[]): void {
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
    [...args],
  );
}

const args = process.argv.slice(2);
if (args.includes("--help")) process.stdout.write(HELP);
else if (args.includes("--version")) process.stdout.write(`${packageVersion()}\n`);
else serveEngine(args);
