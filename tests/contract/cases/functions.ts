/** Functions: creation, defaults, updates, reads, lists, code. */
import { createHash } from "node:crypto";
import * as fc from "@alicloud/fc20230330";
import { zip, zipInput } from "../../emulator/support";
import { type Case, refusal, refusalText } from "../case";

const CREATE = "API page of CreateFunction";
const FIELDS = "the SDK's CreateFunctionInput";

/** Fields that have a default value, with this value. */
const FILLED: [string, unknown][] = [
  ["memorySize", 512],
  ["diskSize", 512],
  ["timeout", 3],
  ["instanceConcurrency", 1],
  ["internetAccess", true],
  ["environmentVariables", {}],
  ["layers", []],
  ["cpu", 0.5],
  ["role", ""],
  ["disableOndemand", false],
  ["nasConfig", { userId: 0, groupId: 0, mountPoints: [] }],
  ["ossMountConfig", { mountPoints: [] }],
  ["vpcConfig", { vpcId: "", vSwitchIds: [], securityGroupId: "" }],
];

/** Values at the limits of a field: accepted ones and refused ones. */
const LIMITS: [keyof fc.CreateFunctionInput & string, unknown[], unknown[]][] = [
  ["timeout", [1, 86_400], [0, 86_401]],
  ["memorySize", [128, 2048], [64, 129]],
  ["diskSize", [512, 10_240], [513, 1024]],
  ["instanceConcurrency", [1, 200], [0, 201]],
  ["runtime", ["python3.10", "custom.debian10"], ["nodejs9", ""]],
  ["environmentVariables", [{ A: "1" }, {}], [{ FC_X: "1" }, { "1A": "x" }, { A: "x".repeat(4096) }]],
];

export const FUNCTIONS: Case[] = [
  ...FILLED.map(([field, value]): Case => ({
    name: `${field} has a default value`,
    source: "computed fields of Terraform's provider and fc3's ignore list",
    grade: "C",
    async run(t) {
      const made = await t.api.get(await t.make());
      expect((made as unknown as Record<string, unknown>)[field]).toEqual(value);
    },
  })),
  ...LIMITS.flatMap(([field, taken, refused]): Case[] => [
    ...taken.map((value): Case => ({
      name: `${field} may be ${JSON.stringify(value)}`,
      source: FIELDS,
      grade: "D",
      async run(t) {
        const cpu = field === "memorySize" && Number(value) > 512 ? { cpu: Number(value) / 1024 } : {};
        const name = await t.make({ [field]: value, ...cpu });
        expect((await t.api.get(name)) as unknown as Record<string, unknown>).toMatchObject({ [field]: value });
      },
    })),
    ...refused.map((value): Case => ({
      name: `${field} may not be ${JSON.stringify(value).slice(0, 40)}`,
      source: FIELDS,
      grade: "D",
      async run(t) {
        expect(await refusal(t.make({ [field]: value }))).toBe("400 InvalidArgument");
      },
    })),
  ]),
  ...(
    [
      ["begins with a digit", (name) => `1${name}`],
      ["begins with -", (name) => `-${name}`],
      ["has a dot", (name) => `${name}.b`],
      ["has 65 characters", (name) => name.padEnd(65, "x")],
      ["is empty", () => ""],
    ] as [string, (name: string) => string][]
  ).map(([what, wrong]): Case => ({
    name: `a function's name that ${what} is refused`,
    source: FIELDS,
    grade: "D",
    async run(t) {
      expect(await refusal(t.make({ functionName: wrong(t.name()) }))).toBe("400 InvalidArgument");
    },
  })),
  {
    name: "id and times have the documented form",
    source: "the SDK's Function; samples of the documentation",
    grade: "D",
    async run(t) {
      const { functionId, createdTime, lastModifiedTime } = await t.api.get(await t.make());
      expect(functionId).toMatch(/^[0-9a-f-]{16,}$/);
      for (const time of [createdTime, lastModifiedTime]) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    },
  },
  {
    name: "a deletion is answered with 204",
    source: "API pages of 2.0",
    grade: "B",
    async run(t) {
      expect(await t.api.delete(await t.make())).toBe(204);
    },
  },
  {
    name: "an existing function cannot be created again",
    source: "error codes that peers react to",
    grade: "C",
    async run(t) {
      const name = await t.make();
      expect(await refusal(t.api.create(name))).toBe("409 FunctionAlreadyExists");
    },
  },
  {
    name: "a function without code is refused",
    source: "error texts that fc3 knows",
    grade: "C",
    async run(t) {
      const code = new fc.InputCodeLocation({});
      expect(await refusalText(t.make({ code }))).toContain(
        "Either ossBucketName/ossObjectName or zipFile must be set",
      );
    },
  },
  {
    name: "a function without a handler is refused",
    source: "error texts that fc3 knows",
    grade: "C",
    async run(t) {
      expect(await refusal(t.make({ handler: "" }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "the ARN contains region, account and function",
    source: CREATE,
    grade: "B",
    async run(t) {
      const name = await t.make();
      expect((await t.api.get(name)).functionArn).toBe(`acs:fc:${t.region}:${t.accountId}:functions/${name}`);
    },
  },
  {
    name: "answers have checksum and size of the code, but not the code",
    source: "the SDK's Function",
    grade: "D",
    async run(t) {
      const bytes = zip({ "index.js": "exports.handler = async () => 1;" });
      const code = new fc.InputCodeLocation({ zipFile: bytes.toString("base64") });
      const made = await t.api.get(await t.make({ code }));
      expect(made).not.toHaveProperty("code");
      expect(made).toMatchObject({ codeSize: bytes.length, codeChecksum: expect.stringMatching(/^\d+$/) as string });
    },
  },
  {
    name: "the checksum is CRC-64 of the package (value of Terraform's acceptance tests)",
    source: "Terraform's acceptance test of functions",
    grade: "C",
    async run(t) {
      const zipFile = Buffer.from("print('hello')").toString("base64");
      const made = t.make({ code: new fc.InputCodeLocation({ zipFile }), runtime: "python3.10" });
      if (t.switches.codeCheck === "unzip") expect(await refusal(made)).toBe("400 InvalidArgument");
      else expect((await t.api.get(await made)).codeChecksum).toBe("4270285996107335518");
    },
    switches: ["codeCheck"],
  },
  {
    name: "a checksum of other code is refused",
    source: "the SDK's InputCodeLocation",
    grade: "D",
    async run(t) {
      const { zipFile } = zipInput({ "index.js": "" });
      const code = new fc.InputCodeLocation({ zipFile: zipFile ?? "", checksum: "1" });
      expect(await refusal(t.make({ code }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "whether answers about a ready function have the state fields",
    source: "Terraform's provider and fc3",
    grade: "E",
    switches: ["stateFields"],
    async run(t) {
      const { state, lastUpdateStatus } = await t.api.get(await t.make());
      const expected = t.switches.stateFields === "active" ? ["Active", "Successful"] : [undefined, undefined];
      expect([state, lastUpdateStatus]).toEqual(expected);
    },
  },
  {
    name: "an update of a function replaces the sent fields and keeps the others",
    source: "fc3 and Terraform's provider",
    grade: "C",
    async run(t) {
      const name = await t.make({ timeout: 7, description: "kept" });
      await t.api.update(name, { timeout: 9 });
      expect(await t.api.get(name)).toMatchObject({ timeout: 9, description: "kept" });
    },
  },
  {
    name: "an empty map removes environment variables",
    source: "fc3's defaults for nothing set",
    grade: "C",
    async run(t) {
      const name = await t.make({ environmentVariables: { A: "1" } });
      await t.api.update(name, { environmentVariables: {} });
      expect((await t.api.get(name)).environmentVariables).toEqual({});
    },
  },
  {
    name: "an update of a function that does not exist is refused",
    source: "error table of 3.0",
    grade: "B",
    async run(t) {
      expect(await refusal(t.api.update(t.name(), { timeout: 9 }))).toBe("404 FunctionNotFound");
    },
  },
  {
    name: "the message about an unknown function",
    source: "error table of 3.0",
    grade: "B",
    async run(t) {
      const name = t.name();
      expect(await refusalText(t.api.get(name))).toMatch(
        new RegExp(`^FunctionNotFound: code: 404, function '${name}' does not exist request id: 1-`),
      );
    },
  },
  {
    name: "whether a function with versions and aliases can be deleted",
    source: "API page of DeleteFunction; fc3 deletes aliases and versions first",
    grade: "E",
    switches: ["deleteFunctionInUse"],
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      await t.api.createAlias(name, "live", { versionId: "1" });
      const deleted = await refusal(t.api.delete(name));
      if (t.switches.deleteFunctionInUse === "refuse") expect(deleted).toMatch(/^409 /);
      else expect([deleted, await refusal(t.api.get(name))]).toEqual(["accepted", "404 FunctionNotFound"]);
    },
  },
  {
    name: "functions are listed in the order of names, by prefix, in pages",
    source: "API page of ListFunctions",
    grade: "B",
    async run(t) {
      const stem = t.name("list");
      for (const letter of ["c", "a", "b"]) await t.make({ functionName: `${stem}${letter}` });
      const first = await t.api.list({ prefix: stem, limit: 2, fcVersion: "v3" });
      expect(first.functions?.map(({ functionName }) => functionName)).toEqual([`${stem}a`, `${stem}b`]);
      const last = await t.api.list({ prefix: stem, limit: 2, fcVersion: "v3", nextToken: first.nextToken ?? "" });
      expect(last.functions?.map(({ functionName }) => functionName)).toEqual([`${stem}c`]);
      expect(last.nextToken).toBeUndefined();
    },
  },
  {
    name: "an empty token gives the first page",
    source: "peers send it so",
    grade: "E",
    async run(t) {
      const name = await t.make();
      const { functions } = await t.api.list({ prefix: name, nextToken: "" });
      expect(functions).toHaveLength(1);
    },
  },
  {
    name: "a limit below 1 or above 100 is refused",
    source: "the SDK's ListFunctionsRequest",
    grade: "D",
    async run(t) {
      for (const limit of [0, 101]) expect(await refusal(t.api.list({ limit }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "the code can be downloaded unchanged without a signature",
    source: "the SDK's OutputFuncCode",
    grade: "D",
    async run(t) {
      const bytes = zip({ "index.js": "exports.handler = async () => 2;" });
      const name = await t.make({ code: new fc.InputCodeLocation({ zipFile: bytes.toString("base64") }) });
      const { url, checksum } = await t.api.code(name);
      const hash = (data: Buffer) => createHash("sha256").update(data).digest("hex");
      const answer = await fetch(url ?? "");
      expect(hash(Buffer.from(await answer.arrayBuffer()))).toBe(hash(bytes));
      expect(checksum).toBe((await t.api.get(name)).codeChecksum);
    },
  },
  {
    name: "settings and code can be updated separately, and the function keeps its id",
    source: "fc3 and Terraform's provider",
    grade: "C",
    async run(t) {
      const name = await t.make();
      const { functionId, codeChecksum, createdTime } = await t.api.get(name);
      await t.api.update(name, { timeout: 9 });
      expect(await t.api.get(name)).toMatchObject({ functionId, createdTime, codeChecksum, timeout: 9 });
      await t.api.update(name, { code: zipInput({ "index.js": "exports.handler = async () => 'new';" }) });
      const after = await t.api.get(name);
      expect(after).toMatchObject({ functionId, createdTime, timeout: 9 });
      expect(after.codeChecksum).not.toBe(codeChecksum);
    },
  },
  {
    name: "GetFunction answers the tags of a new function",
    source: "the SDK's CreateFunctionInput",
    grade: "D",
    async run(t) {
      const name = await t.make({ tags: [new fc.Tag({ key: "a", value: "1" })] });
      expect((await t.api.get(name)).tags).toMatchObject([{ key: "a", value: "1" }]);
    },
  },
  {
    name: "functions can be listed by tags and by runtime",
    source: "the SDK's ListFunctionsRequest",
    grade: "D",
    async run(t) {
      const stem = t.name("list");
      const tag = new fc.Tag({ key: "a", value: "1" });
      await t.make({ functionName: `${stem}1`, tags: [tag], runtime: "nodejs20" });
      await t.make({ functionName: `${stem}2`, runtime: "nodejs18" });
      const found = async (query: Partial<fc.ListFunctionsRequest>) =>
        (await t.api.list({ prefix: stem, ...query })).functions?.map(({ functionName }) => functionName);
      expect(await found({ tags: [tag] })).toEqual([`${stem}1`]);
      expect(await found({ runtime: "nodejs18" })).toEqual([`${stem}2`]);
    },
  },
  ...[
    { cpu: 1, memorySize: 512 },
    { cpu: 0.5, memorySize: 4096 },
  ].map((size): Case => ({
    name: `${size.memorySize} MB with ${size.cpu} cores is refused`,
    source: "API page of CreateFunction: cores to GB from 1:1 to 1:4",
    grade: "B",
    async run(t) {
      expect(await refusal(t.make(size))).toBe("400 InvalidArgument");
    },
  })),
  {
    name: "an invalid token is refused",
    source: "assumed",
    grade: "E",
    async run(t) {
      expect(await refusal(t.api.list({ nextToken: "bm9uZQ" }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "code that is not base64 is refused",
    source: "the SDK's InputCodeLocation: base64; the refusal is assumed",
    grade: "E",
    async run(t) {
      const code = new fc.InputCodeLocation({ zipFile: "*no base64*" });
      expect(await refusal(t.make({ code }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "an image with another runtime is refused",
    source: "the SDK's CustomContainerConfig; the refusal is assumed",
    grade: "E",
    async run(t) {
      const customContainerConfig = new fc.CustomContainerConfig({ image: "x/y:1" });
      expect(await refusal(t.make({ customContainerConfig }))).toBe("400 InvalidArgument");
    },
  },
];
