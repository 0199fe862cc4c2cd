/** The error message of the SDK's credential chain when no keys are found: which sources were tried, and what to do. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/root";

let home: string;
let env: Record<string, string | undefined>;
let server: Server | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "home-"));
  const kept = Object.entries(process.env).filter(([name]) => !/^(ALICLOUD|ALIBABA_CLOUD)_/.test(name));
  env = { ...Object.fromEntries(kept), HOME: home, ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true" };
});

afterEach(() => {
  rmSync(home, { recursive: true });
  server?.close();
  server = undefined;
});

function file(name: string, text: string): void {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), text);
}

/** This script runs in a separate process, because the SDK gets the home folder from the operating system. */
const SCRIPT = `
const { findKeys } = require(process.argv[1]);
findKeys(false, process.argv[2], process.env).then(
  () => console.log("there were keys"),
  ({ message, outcome, code }) => console.log(outcome + " " + code + " " + message),
);`;

async function refusal(profile?: string): Promise<string> {
  const keys = join(root, "dist", "provider", "client", "credentials");
  const args = ["-e", SCRIPT, keys, ...(profile === undefined ? [] : [profile])];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  expect(stdout.startsWith("notSent NoCredentials no credentials: ")).toBe(true);
  return (stderr + stdout).replace("notSent NoCredentials ", "").trim();
}

it("nothing is set anywhere", async () => {
  expect(await refusal()).toBe(
    "no credentials: looked for them in ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (not set), " +
      "ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE (not set), " +
      "~/.aliyun/config.json (cannot be read), ~/.alibabacloud/credentials (not there), the RAM role of the machine " +
      "(switched off) and ALIBABA_CLOUD_CREDENTIALS_URI (not set); set ALIBABA_CLOUD_ACCESS_KEY_ID and " +
      "ALIBABA_CLOUD_ACCESS_KEY_SECRET, for a session ALIBABA_CLOUD_SECURITY_TOKEN too, or run aliyun configure; keys " +
      "in stack config (alicloud:accessKey) or in ALICLOUD_ACCESS_KEY are not used",
  );
});

it("an access key without its secret, and an incomplete OIDC configuration", async () => {
  env["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "LTAI-one";
  env["ALIBABA_CLOUD_ROLE_ARN"] = "acs:ram::1:role/r";
  const message = await refusal();
  expect(message).toContain("(ALIBABA_CLOUD_ACCESS_KEY_SECRET not set, the rest is)");
  expect(message).toContain("(ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE not set, the rest is)");
});

it("a configuration file that is not JSON: the message does not contain the file, unlike the SDK's message", async () => {
  file(".aliyun/config.json", `{ "profiles": [ { "access_key_secret": "hunter2" `);
  for (const message of [await refusal(), await refusal("team")]) {
    expect(message).toContain("~/.aliyun/config.json");
    expect(message).toContain("is no JSON");
    expect(message).not.toContain("hunter2");
  }
});

it("a profile that does not exist, or does not work", async () => {
  file(".aliyun/config.json", JSON.stringify({ current: "a", profiles: [{ name: "a", mode: "AK" }] }));
  expect(await refusal("team")).toBe(
    'no credentials: profile "team" in ~/.aliyun/config.json gives none (has no such profile); run aliyun configure ' +
      "--profile team, or name another profile; keys in stack config (alicloud:accessKey) or in ALICLOUD_ACCESS_KEY are " +
      "not used",
  );
  expect(await refusal("a")).toContain("gives none (has none that works)");
});

it("a credentials URI with a wrong answer: the message does not contain the answer", async () => {
  server = createServer((_request, response) => response.end(JSON.stringify({ AccessKeySecret: "hunter2" })));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  env["ALIBABA_CLOUD_CREDENTIALS_URI"] = `http://127.0.0.1:${port}/`;
  const message = await refusal();
  expect(message).toContain("ALIBABA_CLOUD_CREDENTIALS_URI (set, gives none)");
  expect(message).not.toContain("hunter2");
});
