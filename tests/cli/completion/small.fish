# Completion of pulumi-alicloud-fc and fc-rollout for fish.
complete -c pulumi-alicloud-fc -f
complete -c pulumi-alicloud-fc -n __fish_use_subcommand -a show -d 'show what\'s there: all of it'
complete -c pulumi-alicloud-fc -n __fish_use_subcommand -a set -d 'set'
complete -c pulumi-alicloud-fc -n __fish_use_subcommand -a completion -d 'a script'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from show' -l stack -x -a '(string replace -r \'^Pulumi\\.(.*)\\.ya?ml$\' \'$1\' Pulumi.*.y*ml)' -d 'the stack [of the user\'s]'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from show' -l cwd -x -a '(__fish_complete_directories)' -d 'folder'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from show' -l json -d 'as JSON'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from show' -l until -x -a 'stable canary' -d 'phase'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from show' -l help -d 'display help for command'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from show' -F
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from set' -l expect -x -d 'place'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from set' -l help -d 'display help for command'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from completion' -l help -d 'display help for command'
complete -c pulumi-alicloud-fc -n '__fish_seen_subcommand_from completion' -a 'bash zsh'
complete -c fc-rollout -f
complete -c fc-rollout -n __fish_use_subcommand -a show -d 'show what\'s there: all of it'
complete -c fc-rollout -n __fish_use_subcommand -a set -d 'set'
complete -c fc-rollout -n __fish_use_subcommand -a completion -d 'a script'
complete -c fc-rollout -n '__fish_seen_subcommand_from show' -l stack -x -a '(string replace -r \'^Pulumi\\.(.*)\\.ya?ml$\' \'$1\' Pulumi.*.y*ml)' -d 'the stack [of the user\'s]'
complete -c fc-rollout -n '__fish_seen_subcommand_from show' -l cwd -x -a '(__fish_complete_directories)' -d 'folder'
complete -c fc-rollout -n '__fish_seen_subcommand_from show' -l json -d 'as JSON'
complete -c fc-rollout -n '__fish_seen_subcommand_from show' -l until -x -a 'stable canary' -d 'phase'
complete -c fc-rollout -n '__fish_seen_subcommand_from show' -l help -d 'display help for command'
complete -c fc-rollout -n '__fish_seen_subcommand_from show' -F
complete -c fc-rollout -n '__fish_seen_subcommand_from set' -l expect -x -d 'place'
complete -c fc-rollout -n '__fish_seen_subcommand_from set' -l help -d 'display help for command'
complete -c fc-rollout -n '__fish_seen_subcommand_from completion' -l help -d 'display help for command'
complete -c fc-rollout -n '__fish_seen_subcommand_from completion' -a 'bash zsh'
