/** The completion script for fish. Pure. */
import { type Completed, NAMES, type Value } from "./tree";

/** Makes a script that the user's shell reads by `source`. */
export function fishScript({ verbs }: Completed): string {
  const lines = NAMES.flatMap((name) => [
    `complete -c ${name} -f`,
    ...verbs.map(
      (verb) => `complete -c ${name} -n __fish_use_subcommand -a ${verb.name} -d ${quoted(verb.description)}`,
    ),
    ...verbs.flatMap(({ name: verb, options, argument }) => {
      const start = `complete -c ${name} -n '__fish_seen_subcommand_from ${verb}'`;
      const optionLines = options.map(({ name: option, description, value }) => {
        const what = value === undefined ? "" : ` ${valueOf(value)}`;
        return `${start} -l ${option.replace(/^-+/, "")}${what} -d ${quoted(description)}`;
      });
      return argument === undefined || argument === "other"
        ? optionLines
        : [...optionLines, `${start} ${valueOf(argument, "")}`];
    }),
  ]);
  return `# Completion of ${NAMES.join(" and ")} for fish.\n${lines.join("\n")}\n`;
}

/** Lists the names of stacks, from the config files in the folder of the program. */
const STACKS = "(string replace -r '^Pulumi\\.(.*)\\.ya?ml$' '$1' Pulumi.*.y*ml)";

/** @param required the flag of an option that needs a value; an argument has none */
function valueOf(value: Value, required = "-x "): string {
  if (typeof value === "object") return `${required}-a ${quoted(value.words.join(" "))}`;
  if (value === "file") return required === "" ? "-F" : "-r -F";
  if (value === "folder") return `${required}-a '(__fish_complete_directories)'`;
  return value === "stack" ? `${required}-a ${quoted(STACKS)}` : required.trim();
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
