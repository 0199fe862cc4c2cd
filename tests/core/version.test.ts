/** When a version is published, how it is found again, and which versions must not be deleted. */
import { CHANGED } from "../../provider/core/common";
import {
  type VersionInputs,
  type VersionOutputs,
  checkVersion,
  diffVersion,
  locatorOf,
  versionsByLocator,
  asyncQualifiers,
  namedVersions,
  routedQualifiers,
  routingDomains,
  versionDescription,
  versionLabel,
  versionOutputs,
} from "../../provider/core/version";
import { UNKNOWN } from "../../provider/core/unknown";

const BASE = {
  region: "cn-hangzhou",
  accountId: "1234567890123456",
  resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Version::api",
  functionName: "api",
  fingerprint: "f1:a",
  environmentFingerprint: "none",
};

function checked(given: object = {}): VersionInputs {
  const { inputs, failures } = checkVersion({}, { ...BASE, ...given });
  expect(failures).toEqual([]);
  return inputs as unknown as VersionInputs;
}

const stored = (given: object = {}): VersionOutputs => versionOutputs(checked(given), { versionId: "7" }, {});

it.each([
  ["the fingerprint", { fingerprint: "f1:b" }],
  ["environment values", { environmentFingerprint: "other" }],
  ["triggers", { triggers: ["x"] }],
  ["a fingerprint that is not known yet", { fingerprint: UNKNOWN }],
])("publishes for a change of %s", (_name, given) => {
  expect(diffVersion(stored(), checked(given))).toEqual(CHANGED);
});

it.each([
  ["nothing", {}],
  ["the content, which the function knows already", { content: "c1:other" }],
  ["content that is not known yet, after a change of tags", { content: UNKNOWN }],
  ["the counter of changes, where environment values are compared", { revision: 9 }],
])("does not publish for a change of %s", (_name, given) => {
  expect(diffVersion(stored(), checked(given))).toEqual({ changes: false });
});

it("uses the revision for a function of another stack", () => {
  const remote = (revision: number) => ({ environmentFingerprint: undefined, revision });
  expect(diffVersion(stored(remote(1)), checked(remote(2)))).toEqual(CHANGED);
  expect(diffVersion(stored(remote(1)), checked(remote(1)))).toEqual({ changes: false });
});

it("does not publish because a program moves from a function to its ref and back", () => {
  const ref = { environmentFingerprint: undefined, revision: 1 };
  expect(diffVersion(stored({ revision: 1 }), checked(ref))).toEqual({ changes: false });
  expect(diffVersion(stored(ref), checked({ revision: 1 }))).toEqual({ changes: false });
});

it("refuses a publish without a change, and names the version, the remedies and the rollback", () => {
  expect(() => diffVersion(stored(), checked({ description: "spring" }))).toThrow(
    'version api of function api: only the description changed (to "spring"), and version 7 already holds this code and configuration.',
  );
  expect(() => diffVersion(stored(), checked({ description: "spring" }))).toThrow(
    "pulumi up --target 'urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Alias::<alias>'",
  );
  expect(diffVersion(stored(), checked({ description: "spring", fingerprint: "f1:b" }))).toEqual(CHANGED);
});

it.each([
  ["alicloud-fc:index:Version", "alicloud-fc:index:Alias"],
  ["shop:Api$alicloud-fc:index:Version", "shop:Api$alicloud-fc:index:Alias"],
  ["shop:Versions$alicloud-fc:index:Version", "shop:Versions$alicloud-fc:index:Alias"],
])("names the alias of the rollback with the type of the program's language: for %s", (type, alias) => {
  const resourceUrn = `urn:pulumi:dev::shop::${type}::api`;
  expect(() => diffVersion(stored(), checked({ description: "spring", resourceUrn }))).toThrow(
    `pulumi up --target 'urn:pulumi:dev::shop::${alias}::<alias>'`,
  );
});

it("does not show a description that is a secret", () => {
  const secret = { secretInputs: ["description"] };
  const change = () =>
    diffVersion(stored({ description: "winter", ...secret }), checked({ description: "spring", ...secret }));
  expect(change).toThrow("only the description changed (to (a secret)), and version 7 already");
  expect(change).toThrow("Restore the description (a secret), set describesNextPublish: true");
});

it("a description for the next publish is not a change", () => {
  const next = checked({ description: "spring", describesNextPublish: true });
  expect(diffVersion(stored(), next)).toEqual({ changes: false });
  expect(() => diffVersion(stored(), { ...next, describesNextPublish: false })).toThrow("only the description changed");
});

it("refuses a move from a real account to an emulator", () => {
  expect(() => diffVersion(stored(), checked({ accountId: "0000567890123456" }))).toThrow(
    /^version of api: this stack's objects live in account 1234567890123456/,
  );
});

it("refuses the name of a function alone, because it does not determine when to publish", () => {
  const { failures } = checkVersion({}, { ...BASE, fingerprint: undefined } as unknown as VersionInputs);
  expect(failures.map(({ reason }) => reason).join()).toContain("pass the Function itself, or fingerprint or triggers");
  checked({ fingerprint: undefined, triggers: ["x"] });
});

it.each([
  [{ fingerprint: "" }, 'fingerprint: got ""; allowed: text of 1 to 256 characters on one line'],
  [{ fingerprint: 7 }, "fingerprint: got 7; allowed: text"],
  [{ triggers: "x" }, 'triggers: got "x"; allowed: a list'],
  [{ description: "x".repeat(201) }, "allowed: text of at most 200 characters on one line"],
  [{ functionName: "a b" }, 'functionName: got "a b"'],
  [{ functionName: "" }, "function: required; give a Function, its ref, or { functionName, fingerprint }"],
])("refuses %j", (given: object, message) => {
  const { failures } = checkVersion({}, { ...BASE, ...given });
  expect(failures.map(({ reason }) => reason).join("\n")).toContain(message);
});

it("finds the versions of the resource by the owner in the description, newest first", () => {
  const inputs = checked({ description: "text" });
  const LOCATOR = locatorOf(inputs);
  expect(LOCATOR).toMatch(/^[0-9a-f]{16}$/);
  expect(versionDescription(inputs)).toMatch(new RegExp(`^text \\[fcp:[0-9a-f]{12}:shop/dev/api\\|${LOCATOR}\\]$`));
  expect(locatorOf(checked({ environmentFingerprint: "other" }))).toBe(locatorOf(inputs));
  expect(locatorOf(checked({ fingerprint: "f1:b" }))).not.toBe(locatorOf(inputs));
  const description = versionDescription(inputs);
  const versions = [
    { versionId: "9", description },
    { versionId: "10", description },
    { versionId: "11", description: "by hand" },
    { versionId: "12", description: description.replace(LOCATOR, "0123456789abcdef") },
    { versionId: "13", description: description.replace(/fcp:.{12}/, "fcp:0123456789ab") },
  ];
  expect(versionsByLocator(inputs, versions).map(({ versionId }) => versionId)).toEqual(["10", "9"]);
});

it("stores the published versions, also the earlier ones", () => {
  const made = (versionId: string) => ({ versionId, description: versionDescription(checked()) });
  const first = versionOutputs(checked(), made("7"), {});
  expect(first).toMatchObject({ versionId: "7", published: ["7"] });
  expect(first).not.toHaveProperty("previousVersionId");
  const second = versionOutputs(checked(), made("10"), first);
  expect(second).toMatchObject({ versionId: "10", previousVersionId: "7", published: ["7", "10"] });
  expect(versionOutputs(checked(), made("10"), second)).toMatchObject({ versionId: "10", previousVersionId: "7" });
  expect(versionOutputs(checked(), { ...made("10"), createdTime: "now" }, second)).toHaveProperty("createdTime", "now");
  expect(second).not.toHaveProperty("createdTime");
  const older = versionOutputs(checked(), made("7"), { versionId: "10", published: ["10"] });
  expect(older.published).toEqual(["7", "10"]);
  const back = versionOutputs(checked(), made("7"), second);
  expect(back).toMatchObject({ versionId: "7", previousVersionId: "10", published: ["7", "10"] });
  for (const description of ["by hand", "[fcp:0123456789ab:shop/prod/api|0123456789abcdef]"]) {
    const found = versionOutputs(checked(), { versionId: "11", description }, second);
    expect(found).toMatchObject({ versionId: "11", previousVersionId: "10", published: ["7", "10"] });
  }
});

it("finds every version that an alias or trigger names", () => {
  const named = namedVersions(
    [{ aliasName: "prod", versionId: "1", additionalVersionWeight: { "2": 0.1 } }],
    [{ triggerName: "http", qualifier: "3" }],
  );
  expect(Object.fromEntries(named)).toEqual({ "1": ["alias prod"], "2": ["alias prod"], "3": ["trigger http"] });
  expect(namedVersions([{ aliasName: "prod" }], [{ triggerName: "http" }]).size).toBe(0);
});

it("finds every version and alias that a custom domain names", () => {
  const route = (functionName: string, qualifier?: string) => ({
    functionName,
    ...(qualifier === undefined ? {} : { qualifier }),
  });
  const routed = routedQualifiers(
    [
      { domainName: "a.example.com", routeConfig: { routes: [route("api", "3"), route("api", "3"), route("api")] } },
      { domainName: "b.example.com", routeConfig: { routes: [route("web", "2"), route("api", "prod")] } },
      { domainName: "c.example.com", routeConfig: { routes: [route("api", "3")] } },
      { domainName: "d.example.com" },
    ],
    "api",
  );
  expect(Object.fromEntries(routed)).toEqual({ "3": ["a.example.com", "c.example.com"], prod: ["b.example.com"] });
});

it("finds every custom domain with a route to the function, with or without a qualifier", () => {
  const routes = (...functionNames: string[]) => ({ routes: functionNames.map((functionName) => ({ functionName })) });
  const domains = [
    { domainName: "a.example.com", routeConfig: routes("web", "api") },
    { domainName: "b.example.com", routeConfig: { routes: [{ functionName: "api", qualifier: "prod" }] } },
    { domainName: "c.example.com", routeConfig: routes("web") },
    { domainName: "d.example.com", routeConfig: {} },
    { domainName: "e.example.com" },
    { routeConfig: routes("api") },
  ];
  expect(routingDomains(domains, "api")).toEqual(["a.example.com", "b.example.com", "?"]);
});

it("finds every version and alias of the function that has a configuration of asynchronous invocations", () => {
  const arns = ["api/17", "api/prod", "api", "api2/3", "other/functions/api/4"];
  const configs = arns.map((arn) => ({ functionArn: `acs:fc:cn-hangzhou:123:functions/${arn}` }));
  expect(asyncQualifiers([...configs, {}], "api")).toEqual(["17", "prod"]);
});

it("the key differs for another name or place, and is unknown if a part is unknown", () => {
  expect(diffVersion(stored(), checked({ functionName: "web" }))).toEqual({ replaces: ["functionName"] });
  expect(diffVersion(stored(), checked({ functionName: UNKNOWN }))).toEqual({ replaces: ["functionName"] });
});

it("the name of a version in messages", () => {
  expect(versionLabel(checked(), "3")).toBe("version 3 of function api");
});
