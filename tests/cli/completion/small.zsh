#compdef pulumi-alicloud-fc fc-rollout
# Completion of pulumi-alicloud-fc and fc-rollout for zsh.
_fc_rollout_stacks() {
  local -a stacks
  stacks=(Pulumi.*.y*ml(N:t:r))
  compadd -- ${stacks#Pulumi.}
}
_fc_rollout() {
  local -a verbs
  if ((CURRENT == 2)); then
    verbs=(
      'show:show what'\''s there\: all of it'
      'set:set'
      'completion:a script'
    )
    _describe verb verbs
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
    show)
      _arguments \
        '--stack[the stack \[of the user'\''s\]]:stack:_fc_rollout_stacks' \
        '--cwd[folder]:folder:_directories' \
        '--json[as JSON]' \
        '--until[phase]:word:(stable canary)' \
        '--help[display help for command]' \
        '1:file:_files'
      ;;
    set)
      _arguments \
        '--expect[place]:value: ' \
        '--help[display help for command]' \
        '1:value: '
      ;;
    completion)
      _arguments \
        '--help[display help for command]' \
        '1:word:(bash zsh)'
      ;;
  esac
}
compdef _fc_rollout pulumi-alicloud-fc fc-rollout
