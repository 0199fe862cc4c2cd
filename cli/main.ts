#!/usr/bin/env node
/** The `pulumi-alicloud-fc` command. */
import { Command } from "commander";
import { createColors } from "picocolors";
import { packageVersion } from "../provider/package";
import { runCommandLine } from "./commandLine";
import { completionCommand } from "./completion";
import { type ImportFlags, importFunction, settingIn } from "./import";
import { releaseCommands } from "./release";
import { surviveLostOutput } from "./process";
import { replayCommand } from "./replay";
import { simulateCommand } from "./simulate";

// Colours only on a terminal: a pipe gets plain text, even if a CI variable is set.
const pc = createColors(Boolean(process.stdout.isTTY));

surviveLostOutput();

const program = new Command("pulumi-alicloud-fc")
  .description("Functions, versions and aliases of Function Compute 3.0")
  .version(packageVersion(), "--version", "print the version");

program
  .command("import")
  .description("write the file for `pulumi import -f` from a live function with its newest version and its aliases")
  .argument("<function>", "name of the function")
  .requiredOption("--stack <name>", "stack that will own the function")
  .option("--project <name>", "project of the stack (default: name in Pulumi.yaml)")
  .option("--name <name>", "name of the resources in the program (default: name of the function)")
  .option("--code <folder>", "folder for the code; if it does not exist, the live code is downloaded into it", "./src")
  .option("--out <file>", "file to write", "import.json")
  .option("--region <id>", "region (default: ALIBABA_CLOUD_REGION, ALICLOUD_REGION)")
  .option("--account <id>", "account id (default: ALIBABA_CLOUD_ACCOUNT_ID, or the account of the credentials)")
  .option("--profile <name>", "profile of the Alibaba Cloud CLI to take credentials from")
  .action(async (name: string, flags: ImportFlags) => {
    const { program: text, notes, commands } = await importFunction(name, flags, process.env);
    console.log(text);
    for (const note of notes) console.error(pc.yellow(note));
    console.error("\nWrite the program above, and run:");
    for (const command of commands) console.error(`  ${command}`);
    console.error(`Then delete ${flags.out}: it contains the values of secret settings.`);
  });

program
  .command("value")
  .description("print a secret setting of an import file as JSON, for a pipe into `pulumi config set`")
  .argument("<file>", "file written by import")
  .argument("<setting>", "environmentVariables, juiceFsConfig or customContainerConfig.registryConfig")
  .action((file: string, setting: string) => {
    console.log(settingIn(file, setting));
  });

for (const verb of [...releaseCommands(), simulateCommand(), replayCommand(), completionCommand()]) {
  program.addCommand(verb);
}

void runCommandLine(program, process.argv.slice(2));
