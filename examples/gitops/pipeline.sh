#!/bin/sh
# What every pipeline does once Pulumi, Node.js packages and credentials are there: sh pipeline.sh preview|deploy
# STACK names the stack. --refresh looks at the alias first: what was lowered by hand at night stays low.
set -eu
case "${1:-}" in
  preview) pulumi preview --stack "$STACK" --refresh --non-interactive --color never ;;
  deploy) pulumi up --stack "$STACK" --refresh --non-interactive --color never --yes --skip-preview ;;
  *) echo "got '${1:-}'; allowed: preview, deploy" >&2 && exit 2 ;;
esac
