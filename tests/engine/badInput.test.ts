/**
 * Bad input on the real engine: every problem of a resource is printed on its own line, and nothing is sent. The engine ends a
 * run at the first refused resource, so there is one run for each kind of resource.
 */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, failure, workbench } from "../support/engine";

let bench: Workbench;
let make: (source: string) => unknown;

const LIKE = { functionName: "api", fingerprint: "f1:a" };
/** Hides a wrong type from the compiler, because programs in JavaScript are not checked. */
const unseen = <T>(args: object): T => args as T;

const KINDS: [string, (source: string) => unknown, string[]][] = [
  [
    "Function",
    (code) =>
      new fc.Function(
        "api",
        unseen<fc.FunctionArgs>({
          ...{ functionName: "api", runtime: "nodejs20", handler: "index.handler", code: `${code}.js` },
          timeout: 0,
          memorySize: "512MB",
          environmentVariables: { TOKEN: { value: "hunter2-plaintext" }, FC_TOKEN: "hunter2-plaintext" },
          juiceFsConfig: { mountPoints: { mountDir: "/j", token: "hunter2-plaintext" } },
          endpoint: "evil.com",
          accountId: 1234567890123456,
          region: "CN-Hangzhou",
          memory: 512,
          nasConfig: { mountPoints: [{ serverAddr: "a:/", mountDir: "data" }] },
        }),
        { customTimeouts: { create: "48h" } },
      ),
    [
      "timeout: got 0; allowed: a whole number from 1 to 86400 (seconds)",
      'memorySize: got "512MB"; allowed: a whole number from 128 to 32768 in steps of 64 (MB)',
      "environmentVariables.TOKEN: allowed values: text that is not empty",
      "environmentVariables.FC_TOKEN: names that start with FC_ belong to the service",
      "juiceFsConfig.mountPoints: got { mountDir, token }; allowed: a list of at most 5",
      'endpoint: got "evil.com"; allowed: a host under aliyuncs.com, reached over https',
      "accountId: got 1234567890123456; allowed: an account id of 16 digits, as text",
      'region: got "CN-Hangzhou"; allowed: a region id such as cn-hangzhou',
      "memory: there is no such argument; check its spelling",
      'nasConfig.mountPoints[0].mountDir: got "data"; allowed: an absolute path such as /mnt/data',
      'src.js": does not exist',
      'customTimeouts: got 172800; allowed: 1s to 24h, such as "10m" or "1h30m"',
    ],
  ],
  [
    "Version",
    () => new fc.Version("api", unseen<fc.VersionArgs>({ description: "x".repeat(201), trigger: ["x"] })),
    [
      "function: required; give a Function, its ref, or { functionName, fingerprint }",
      "description: got text of 201 characters; allowed: text of at most 200 characters on one line",
      "trigger: there is no such argument; check its spelling",
    ],
  ],
  [
    "Alias",
    () => {
      const canary = { versionId: "2", weight: 0.1 };
      return new fc.Alias("api", { function: LIKE, aliasName: "latest", versionId: "LATEST", canary });
    },
    [
      'aliasName: got "latest"; LATEST names the unpublished function, choose another name',
      'versionId: got "LATEST"; allowed: the number of a published version as text, such as "3"',
      "canary.weight: a weight between 0 and 1 is ambiguous (0.1 may mean 0.1 % or 10 %): got 0.1; allowed: 0, or 1 to",
    ],
  ],
];

beforeAll(async () => {
  bench = await workbench((source) => {
    make(source);
    return Promise.resolve();
  });
});

afterAll(() => bench.close());

it.each(KINDS)("%s", async (kind, resource, reasons) => {
  make = resource;
  const message = await failure(bench.stack.preview());
  const [, diagnostics = ""] = message.split(`Diagnostics:\n  pulumi-nodejs:dynamic/alicloud-fc:${kind} (api):`);
  for (const reason of reasons) expect(diagnostics).toContain(reason);
  expect(message).not.toContain("hunter2");
  expect(message).not.toContain("    at ");
  expect(bench.emulator.requests).toEqual([]);
});
