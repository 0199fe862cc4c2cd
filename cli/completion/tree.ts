/** Subcommands, options and values that can be completed, read from commander's description of a program. Pure. */
import type { Argument, Command, Option } from "commander";

/** Names under which the package installs the command. */
export const NAMES = ["pulumi-alicloud-fc", "fc-rollout"] as const;

/** Kind of a value: one of some words, a folder, a file, the name of a stack, or any other value. */
export type Value = { readonly words: readonly string[] } | "folder" | "file" | "stack" | "other";

/** An option with the kind of its value; undefined for an option without a value. */
export interface CompletedOption {
  /** Names of the option, with their dashes. */
  readonly name: string;
  readonly description: string;
  readonly value: Value | undefined;
}

/** A subcommand. */
export interface CompletedVerb {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** The kind of the subcommand's first argument; undefined for a subcommand without arguments. */
  readonly argument: Value | undefined;
}

/** A program with all its subcommands. */
export interface Completed {
  readonly verbs: readonly CompletedVerb[];
}

/** Reads the description of a program. */
export function completedOf(program: Command): Completed {
  const verbs = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), HELP],
    argument: argumentOf(command.registeredArguments[0]),
  }));
  return { verbs };
}

const HELP: CompletedOption = { name: "--help", description: "display help for command", value: undefined };

function optionOf(option: Option): CompletedOption {
  const { long, short, description, argChoices, required, optional, flags } = option;
  const name = long ?? short ?? "";
  if (!required && !optional) return { name, description, value: undefined };
  if (name === "--stack") return { name, description, value: "stack" };
  return { name, description, value: valueOf(/[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? "", argChoices) };
}

function argumentOf(argument: Argument | undefined): Value | undefined {
  return argument && valueOf(argument.name(), argument.argChoices);
}

/** The kind of a value, found by the name of its placeholder in the help. */
function valueOf(placeholder: string, words: readonly string[] | undefined): Value {
  if (words !== undefined) return { words };
  return placeholder === "folder" || placeholder === "file" ? placeholder : "other";
}
