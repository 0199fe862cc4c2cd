/**
 * The message for missing credentials, by the variables that are set and the text of the SDK's error.
 * `credentials.test.ts` has the texts of the real SDK.
 */
import { noCredentials } from "../../provider/client/noCredentials";

const KEYS = "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const OIDC = "ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const OTHERS = "keys in stack config (alicloud:accessKey) or in ALICLOUD_ACCESS_KEY are not used";
const SET_KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: "a", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "b" };
const SET_OIDC = {
  ALIBABA_CLOUD_ROLE_ARN: "a",
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "b",
  ALIBABA_CLOUD_OIDC_TOKEN_FILE: "c",
};
/** The end of the SDK's error text about a failed exchange. */
const exchange = (code: string) => `get session token failed with OIDC: {\n "Code" : "${code}", "Message": "hunter2" }`;

const NOTHING = {
  keys: "not set",
  oidc: "not set",
  cli: "has none that works",
  path: "~/.alibabacloud/credentials",
  file: "gives none",
  role: "none",
  uri: "not set",
};

it.each<[string, Record<string, string>, string, Partial<typeof NOTHING>]>([
  ["nothing is set", {}, "", {}],
  ["empty variables", { ALIBABA_CLOUD_ACCESS_KEY_ID: "", ALIBABA_CLOUD_CREDENTIALS_URI: "" }, "", {}],
  ["keys that give none", SET_KEYS, "", { keys: "set, gives none" }],
  [
    "a key id",
    { ALIBABA_CLOUD_ACCESS_KEY_ID: "a" },
    "",
    { keys: "ALIBABA_CLOUD_ACCESS_KEY_SECRET not set, the rest is" },
  ],
  [
    "a role",
    { ALIBABA_CLOUD_ROLE_ARN: "a" },
    "",
    { oidc: "ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE not set, the rest is" },
  ],
  ["a failed exchange", SET_OIDC, "failed", { oidc: "set, but the exchange for a session failed" }],
  [
    "a refused exchange",
    SET_OIDC,
    exchange("AuthenticationFail.OIDCToken.Expired"),
    { oidc: "set, but the exchange for a session failed, code AuthenticationFail.OIDCToken.Expired" },
  ],
  [
    "a code of 64 characters",
    SET_OIDC,
    exchange("x".repeat(64)),
    { oidc: `set, but the exchange for a session failed, code ${"x".repeat(64)}` },
  ],
  [
    "a code that is too long",
    SET_OIDC,
    exchange("x".repeat(65)),
    { oidc: "set, but the exchange for a session failed" },
  ],
  [
    "a code without spaces around it",
    SET_OIDC,
    'with OIDC: {"Code":"Denied"}',
    { oidc: "set, but the exchange for a session failed, code Denied" },
  ],
  ["a code that is text", SET_OIDC, exchange("a b"), { oidc: "set, but the exchange for a session failed" }],
  ["an unreadable file of the CLI", {}, "reading aliyun cli config from", { cli: "cannot be read" }],
  ["no JSON in the file of the CLI", {}, "failed to parse aliyun cli config from", { cli: "is no JSON" }],
  ["a file of the CLI without profiles", {}, "no any configured profiles in", { cli: "has no profile" }],
  ["a missing profile", {}, "unable to get profile with", { cli: "has no such profile" }],
  [
    "a profile that is switched off",
    {},
    "the CLI profile is disabled",
    { cli: "switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED" },
  ],
  ["no file of the SDK", {}, "ENOENT: no such file", { file: "not there" }],
  ["another file of the SDK", { ALIBABA_CLOUD_CREDENTIALS_FILE: "/keys" }, "", { path: "/keys" }],
  ["no role of the machine", { ALIBABA_CLOUD_ECS_METADATA_DISABLED: "True" }, "", { role: "switched off" }],
  ["a role of the machine", { ALIBABA_CLOUD_ECS_METADATA_DISABLED: "false" }, "", { role: "none" }],
  ["a URI", { ALIBABA_CLOUD_CREDENTIALS_URI: "http://a" }, "", { uri: "set, gives none" }],
])("%s", (_what, env, detail, differs) => {
  const { keys, oidc, cli, path, file, role, uri } = { ...NOTHING, ...differs };
  expect(noCredentials(undefined, env, detail)).toBe(
    `no credentials: looked for them in ${KEYS} (${keys}), ${OIDC} (${oidc}), ~/.aliyun/config.json (${cli}), ${path} (${file}), ` +
      `the RAM role of the machine (${role}) and ALIBABA_CLOUD_CREDENTIALS_URI (${uri}); set ${KEYS}, for a session ` +
      `ALIBABA_CLOUD_SECURITY_TOKEN too, or run aliyun configure; ${OTHERS}`,
  );
});

it("a profile that the program names is the only place", () => {
  expect(noCredentials("team", SET_KEYS, "unable to get profile with")).toBe(
    'no credentials: profile "team" in ~/.aliyun/config.json gives none (has no such profile); run aliyun configure ' +
      `--profile team, or name another profile; ${OTHERS}`,
  );
});
