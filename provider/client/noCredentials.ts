/**
 * The message for missing credentials: where they were searched, and what to do. Pure.
 *
 * The error text of `@alicloud/credentials` is analysed and never shown. The error text may quote a whole configuration
 * file, or the answer of a credentials URI, with keys in it (version 2.4.7, `providers/cli_profile`, `providers/uri`).
 */
type Environment = Readonly<Record<string, string | undefined>>;

const KEYS = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"];
const OIDC = ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
const CLI_FILE = "~/.aliyun/config.json";
const OTHERS_KEYS = "keys in stack config (alicloud:accessKey) or in ALICLOUD_ACCESS_KEY are not used";

/** Makes the message. `profile` is the profile that the program names, if any; `detail` is the error text of the SDK. */
export function noCredentials(profile: string | undefined, env: Environment, detail: string): string {
  if (profile !== undefined) {
    return (
      `no credentials: profile ${JSON.stringify(profile)} in ${CLI_FILE} gives none (${cliState(detail)}); run ` +
      `aliyun configure --profile ${profile}, or name another profile; ${OTHERS_KEYS}`
    );
  }
  const places = [
    `${KEYS.join(" and ")} (${variablesState(KEYS, env)})`,
    `${OIDC.join(", ")} (${variablesState(OIDC, env, exchangeState(detail))})`,
    `${CLI_FILE} (${cliState(detail)})`,
    `${env["ALIBABA_CLOUD_CREDENTIALS_FILE"] || "~/.alibabacloud/credentials"} (${fileState(detail)})`,
    `the RAM role of the machine (${isTrue(env["ALIBABA_CLOUD_ECS_METADATA_DISABLED"]) ? "switched off" : "none"})`,
    `ALIBABA_CLOUD_CREDENTIALS_URI (${env["ALIBABA_CLOUD_CREDENTIALS_URI"] ? "set, gives none" : "not set"})`,
  ];
  return (
    `no credentials: looked for them in ${places.slice(0, -1).join(", ")} and ${places.at(-1) ?? ""}; set ${KEYS.join(" and ")}, ` +
    `for a session ALIBABA_CLOUD_SECURITY_TOKEN too, or run aliyun configure; ${OTHERS_KEYS}`
  );
}

function variablesState(names: readonly string[], env: Environment, all = "set, gives none"): string {
  const missing = names.filter((name) => !env[name]);
  if (missing.length === 0) return all;
  return missing.length === names.length ? "not set" : `${missing.join(" and ")} not set, the rest is`;
}

/**
 * Describes a failed exchange of an OIDC token for a session. The text contains only the error code of the service's
 * answer.
 */
function exchangeState(detail: string): string {
  const code = /with OIDC.*?"Code"\s*:\s*"([A-Za-z0-9_.-]{1,64})"/s.exec(detail)?.[1];
  return `set, but the exchange for a session failed${code === undefined ? "" : `, code ${code}`}`;
}

function cliState(detail: string): string {
  if (detail.includes("the CLI profile is disabled")) return "switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
  if (detail.includes("reading aliyun cli config from")) return "cannot be read";
  if (detail.includes("parse aliyun cli config from")) return "is no JSON";
  if (detail.includes("no any configured profiles in")) return "has no profile";
  if (detail.includes("unable to get profile with")) return "has no such profile";
  return "has none that works";
}

function fileState(detail: string): string {
  return detail.includes("ENOENT") ? "not there" : "gives none";
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}
