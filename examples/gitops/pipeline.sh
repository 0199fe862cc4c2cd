#!/bin/sh
# Every pipeline runs this script after Node.js, Pulumi and the packages are installed: sh pipeline.sh preview|deploy
# The variable STACK names the stack. With --refresh, the run reads the alias first, so that a share that was lowered by hand stays low.
set -eu

# Writes a token of the CI system to a file and removes the file at the end. The credential chain sends the token to STS, and gets a
# session of the RAM role for an hour.
token=$(mktemp)
trap 'rm -f "$token"' EXIT
if [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then # GitHub, permission id-token: write
  curl --fail --silent --show-error --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.aliyuncs.com" |
    node -e 'process.stdout.write(JSON.parse(fs.readFileSync(0, "utf8")).value)' >"$token"
elif [ -n "${OIDC_TOKEN:-}" ]; then # GitLab, id_tokens
  printf %s "$OIDC_TOKEN" >"$token"
fi
if [ -s "$token" ]; then export ALIBABA_CLOUD_OIDC_TOKEN_FILE="$token"; fi
unset OIDC_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN

case "${1:-}" in
  preview) pulumi preview --stack "$STACK" --refresh --non-interactive --color never ;;
  deploy) pulumi up --stack "$STACK" --refresh --non-interactive --color never --yes --skip-preview ;;
  *) echo "got '${1:-}'; allowed: preview, deploy" >&2 && exit 2 ;;
esac
