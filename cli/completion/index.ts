/** `completion`: prints a script by which a shell completes the command. */
import { Argument, Command } from "commander";
import { bashScript } from "./bash";
import { fishScript } from "./fish";
import { type Completed, completedOf } from "./tree";
import { zshScript } from "./zsh";

const EXAMPLES = `
Examples:
  source <(npx pulumi-alicloud-fc completion bash)
      in ~/.bashrc
  source <(npx pulumi-alicloud-fc completion zsh)
      in ~/.zshrc, after compinit
  npx pulumi-alicloud-fc completion fish | source
      in ~/.config/fish/config.fish

The script completes subcommands, options and their values for pulumi-alicloud-fc and fc-rollout. Both must be on PATH: install the package with
-g, or add node_modules/.bin. A shell does not complete words after npx.

Exit code: 0; 3 for a shell without a script.`;

const SCRIPTS: Readonly<Record<string, (completed: Completed) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The subcommand `completion`, which completes all subcommands of the program to which it is added. */
export function completionCommand(): Command {
  const command = new Command("completion")
    .description("print a script that makes a shell complete this command")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", EXAMPLES);
  return command.action((shell: string) => {
    if (command.parent !== null) process.stdout.write(completionScript(command.parent, shell));
  });
}

/** The script for a shell. */
export function completionScript(program: Command, shell: string): string {
  const script = SCRIPTS[shell];
  if (script === undefined) throw new RangeError(`no script for the shell ${shell}`);
  return script(completedOf(program));
}
