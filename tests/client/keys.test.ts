/** Where the keys of requests come from, in this process: variables, a profile, a URI. credentials.test.ts has the messages. */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findKeys, secretsOf } from "../../provider/client/credentials";

/** The SDK reads the variables of this process. */
const NONE = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: undefined,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: undefined,
  ALIBABA_CLOUD_SECURITY_TOKEN: undefined,
  ALIBABA_CLOUD_ROLE_ARN: undefined,
  ALIBABA_CLOUD_CREDENTIALS_URI: undefined,
  ALIBABA_CLOUD_CREDENTIALS_FILE: "/no/such/file",
  ALIBABA_CLOUD_CLI_PROFILE_DISABLED: undefined,
  ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
};
const PAIR = { ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI-one", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret-one" };
const ISSUED = { ALIBABA_CLOUD_ACCESS_KEY_ID: "fcemu-1", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret-of-emulator" };
const NO_PROFILE = "no-such-profile-of-these-tests";

let former: NodeJS.ProcessEnv;
let server: Server | undefined;

function variables(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries({ ...NONE, ...values }))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}

beforeEach(() => {
  former = { ...process.env };
});

afterEach(() => {
  for (const name of Object.keys(NONE))
    if (former[name] === undefined) delete process.env[name];
    else process.env[name] = former[name];
  server?.close();
  server = undefined;
});

/** Starts a server that issues temporary keys; returns its address and the number of requests so far. */
async function issuer(): Promise<{ uri: string; requests: () => number }> {
  let requests = 0;
  const keys = { AccessKeyId: "STS-two", AccessKeySecret: "secret-two", SecurityToken: "token-two" };
  server = createServer((_request, response) => {
    requests += 1;
    response.end(JSON.stringify({ Code: "Success", ...keys, Expiration: "2099-01-01T00:00:00Z" }));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests: () => requests };
}

const refused = (message: string) => ({
  outcome: "notSent",
  code: "NoCredentials",
  message: expect.stringContaining(message) as string,
});

describe("keys for the service", () => {
  it("are the pair in the variables; a token is added if there is one", async () => {
    variables(PAIR);
    expect(await findKeys(false, undefined, process.env)).toEqual({
      accessKeyId: "LTAI-one",
      accessKeySecret: "secret-one",
    });
    variables({ ...PAIR, ALIBABA_CLOUD_SECURITY_TOKEN: "token-one" });
    expect(await findKeys(false, undefined, process.env)).toEqual({
      accessKeyId: "LTAI-one",
      accessKeySecret: "secret-one",
      securityToken: "token-one",
    });
  });

  it("have no token that is undefined or empty", async () => {
    variables(PAIR);
    expect(Object.keys(await findKeys(false, undefined, process.env))).toEqual(["accessKeyId", "accessKeySecret"]);
  });

  it("are missing if a profile is named and profiles are switched off", async () => {
    variables({ ALIBABA_CLOUD_CLI_PROFILE_DISABLED: "true" });
    await expect(findKeys(false, NO_PROFILE, process.env)).rejects.toMatchObject(
      refused("gives none (switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED)"),
    );
  });

  it("are not those of the variables if a profile is named", async () => {
    variables(PAIR);
    await expect(findKeys(false, NO_PROFILE, process.env)).rejects.toMatchObject(
      refused(`profile "${NO_PROFILE}" in ~/.aliyun/config.json gives none`),
    );
  });

  it("may not be those of an emulator", async () => {
    variables(ISSUED);
    await expect(findKeys(false, undefined, process.env)).rejects.toMatchObject(
      refused("the access key belongs to an emulator, but the program calls the real service"),
    );
  });

  it("are found once for a session, and again after a failure", async () => {
    variables(PAIR);
    await findKeys(false, undefined, process.env);
    const { uri, requests } = await issuer();
    variables({ ALIBABA_CLOUD_CREDENTIALS_URI: uri, ALIBABA_CLOUD_CLI_PROFILE_DISABLED: "true" });
    // The first chain knows only the source in which it found keys.
    await expect(findKeys(false, undefined, process.env)).rejects.toMatchObject(refused("no credentials"));
    const keys = { accessKeyId: "STS-two", accessKeySecret: "secret-two", securityToken: "token-two" };
    expect(await findKeys(false, undefined, process.env)).toEqual(keys);
    expect(await findKeys(false, undefined, process.env)).toEqual(keys);
    expect(requests()).toBe(1);
  });
});

describe("keys for an emulator", () => {
  it("are those that it issued", async () => {
    expect(await findKeys(true, undefined, ISSUED)).toEqual({
      accessKeyId: "fcemu-1",
      accessKeySecret: "secret-of-emulator",
    });
  });

  it.each([
    ["no keys", {}],
    ["keys of an account", PAIR],
    ["no secret", { ...ISSUED, ALIBABA_CLOUD_ACCESS_KEY_SECRET: undefined }],
    ["an empty secret", { ...ISSUED, ALIBABA_CLOUD_ACCESS_KEY_SECRET: "" }],
    ["the prefix at the end", { ...ISSUED, ALIBABA_CLOUD_ACCESS_KEY_ID: "1-fcemu-" }],
  ])("may not be %s", async (_what, env) => {
    await expect(findKeys(true, undefined, env)).rejects.toMatchObject(
      refused("are not the keys that fc-emulator prints; other keys are never sent to an emulator"),
    );
  });
});

it("secret and token are removed from messages", () => {
  const pair = { accessKeyId: "LTAI-one", accessKeySecret: "secret-one" };
  expect(secretsOf(pair)).toStrictEqual(["secret-one"]);
  expect(secretsOf({ ...pair, securityToken: "token-one" })).toEqual(["secret-one", "token-one"]);
});
