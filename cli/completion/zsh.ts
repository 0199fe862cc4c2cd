/** The completion script for zsh. Pure. */
import { type Completed, type CompletedVerb, NAMES, type Value } from "./tree";

/** Makes a script that the user's shell reads by `source`, after `compinit`. */
export function zshScript({ verbs }: Completed): string {
  const described = verbs.map(
    ({ name, description }) => `      ${quoted(`${name}:${description.replaceAll(":", "\\:")}`)}`,
  );
  return `#compdef ${NAMES.join(" ")}
# Completion of ${NAMES.join(" and ")} for zsh.
_fc_rollout_stacks() {
  local -a stacks
  stacks=(Pulumi.*.y*ml(N:t:r))
  compadd -- \${stacks#Pulumi.}
}
_fc_rollout() {
  local -a verbs
  if ((CURRENT == 2)); then
    verbs=(
${described.join("\n")}
    )
    _describe verb verbs
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${verbs.map(verbCase).join("\n")}
  esac
}
compdef _fc_rollout ${NAMES.join(" ")}
`;
}

function verbCase({ name, options, argument }: CompletedVerb): string {
  const specs = options.map(({ name: option, description, value }) => {
    const text = description.replace(/[[\]\\]/g, "\\$&");
    return quoted(`${option}[${text}]${value === undefined ? "" : `:${actionOf(value)}`}`);
  });
  const first = argument === undefined ? [] : [quoted(`1:${actionOf(argument)}`)];
  return `    ${name})\n      _arguments \\\n        ${[...specs, ...first].join(" \\\n        ")}\n      ;;`;
}

/** The message and the action for a value, in the form of \`_arguments\`. */
function actionOf(value: Value): string {
  if (typeof value === "object") return `word:(${value.words.join(" ")})`;
  const actions = {
    stack: "stack:_fc_rollout_stacks",
    folder: "folder:_directories",
    file: "file:_files",
    other: "value: ",
  };
  return actions[value];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
