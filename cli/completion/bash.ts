/** The completion script for bash. Pure. */
import { type Completed, type CompletedVerb, NAMES, type Value } from "./tree";

/** Makes a script that the user's shell reads by `source`. */
export function bashScript({ verbs }: Completed): string {
  const values = verbs.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      option.value === undefined ? [] : [`    "${name} ${option.name}") ${reply(option.value)} ;;`],
    ),
  );
  return `# Completion of ${NAMES.join(" and ")} for bash.
_fc_rollout() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} verb= at file
  local -a stacks=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} != -* ]]; then
      verb=\${COMP_WORDS[at]}
      break
    fi
  done
  for file in Pulumi.*.y*ml; do
    file=\${file#Pulumi.}
    [[ $file == '*'* ]] || stacks+=("\${file%.y*ml}")
  done
  COMPREPLY=()
  case "$verb $before" in
${values.join("\n")}
    *)
      case $verb in
        "") ${words(["help", ...verbs.map(({ name }) => name)])} ;;
        help) ${words(verbs.map(({ name }) => name))} ;;
${verbs.map((verb) => `        ${verb.name}) ${verbReply(verb)} ;;`).join("\n")}
      esac
      ;;
  esac
}
complete -F _fc_rollout ${NAMES.join(" ")}
`;
}

/** The words to complete for a subcommand: its options, and values of its first argument. */
function verbReply({ options, argument }: CompletedVerb): string {
  const names = options.map(({ name }) => name);
  if (argument === undefined || argument === "other") return words(names);
  if (typeof argument === "object") return words([...argument.words, ...names]);
  return `if [[ $word == -* ]]; then ${words(names)}; else ${reply(argument)}; fi`;
}

function reply(value: Value): string {
  if (typeof value === "object") return words(value.words);
  // `compgen -W` is not used, because it expands its words, and the name of a file may contain a command.
  if (value === "stack")
    return 'for file in "${stacks[@]}"; do [[ $file != "$word"* ]] || COMPREPLY+=("$(printf %q "$file")"); done';
  if (value === "other") return ":";
  return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -${value === "folder" ? "d" : "f"} -- "$word"))`;
}

function words(all: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${all.join(" ")}" -- "$word"))`;
}
