/**
 * Ids, ARNs, and the texts that mark the owner of an object. Their form is frozen with the first release. Parsing returns the
 * parts from which they were made.
 */
import * as fc from "fast-check";
import { ownerIdIn, ownerOf, ownerText, resourceNameOf, splitMark, withMark } from "../../provider/core/owner";
import {
  ACCOUNT_PATTERN,
  elsewhere,
  functionArn,
  hostOf,
  isEmulatorAccount,
  namesPlace,
  placeIn,
  realHost,
  refusedEndpoint,
  refusedMove,
  resourceId,
} from "../../provider/core/place";
import { UNKNOWN } from "../../provider/core/unknown";

const PLACE = { region: "cn-hangzhou", accountId: "1234567890123456" };
const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Function::api";

it("ids and ARNs", () => {
  expect(resourceId(PLACE, "api")).toBe("cn-hangzhou:1234567890123456:api");
  expect(resourceId(PLACE, "api", "prod")).toBe("cn-hangzhou:1234567890123456:api/prod");
  expect(resourceId(PLACE, "api", "versions:api")).toBe("cn-hangzhou:1234567890123456:api/versions:api");
  expect(functionArn(PLACE, "api")).toBe("acs:fc:cn-hangzhou:1234567890123456:functions/api");
  expect(functionArn(PLACE, "api", "prod")).toBe("acs:fc:cn-hangzhou:1234567890123456:functions/api/prod");
  expect(functionArn(PLACE, UNKNOWN)).toBe(UNKNOWN);
  expect(functionArn(PLACE, "api", UNKNOWN)).toBe(UNKNOWN);
  expect(functionArn({ ...PLACE, accountId: UNKNOWN }, "api")).toBe(UNKNOWN);
});

it("an owner is the resource's first URN, parents included", () => {
  expect(ownerText(ownerOf(URN))).toBe("d8aee9f2da11:shop/dev/api");
  const child = (component: string) => ownerOf(URN.replace("::pulumi-nodejs", `::${component}$pulumi-nodejs`)).id;
  expect(
    new Set([ownerOf(URN).id, child("my:Component"), child("my:Other"), child("my:Other$my:Component")]).size,
  ).toBe(4);
  for (const other of [URN.replace("dev", "prod"), URN.replace("shop", "web"), URN.replace("Function", "Alias")]) {
    expect(ownerOf(other).id).not.toBe(ownerOf(URN).id);
  }
  expect(ownerOf(`${URN}::v2`).label).toBe("shop/dev/api::v2");
  expect(resourceNameOf(`${URN}::v2`)).toBe("api::v2");
});

it("an owner fits a tag and keeps its id, however long the names", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (name) => {
      const owner = ownerOf(`${URN}${name}`);
      expect(ownerText(owner).length).toBeLessThanOrEqual(128);
      expect(ownerIdIn(ownerText(owner))).toBe(owner.id);
    }),
    { examples: [["x".repeat(300)]] },
  );
});

it.each([undefined, "", "f2da118abde", "f2da118abdebx", "F2DA118ABDEB:shop", "x:f2da118abdeb"])(
  "%j is not an owner",
  (text) => {
    expect(ownerIdIn(text)).toBeUndefined();
  },
);

it("owner and text of a description are read back as they were written, for any text", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("[fcp:abc]", "a [fcp:abc]", " ", "a ", "\n[fcp:", "[fcp:] "));
  const id = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 12, maxLength: 12 });
  const record = fc.option(fc.oneof(fc.string(), fc.string({ unit: "grapheme" })), { nil: undefined });
  fc.assert(
    fc.property(text, id, record, (description, owner, kept) => {
      expect(splitMark(withMark(description, owner, kept))).toEqual({
        ...{ text: description, owner },
        ...(kept === undefined ? {} : { record: kept }),
      });
    }),
    { examples: [["", "0123456789ab", "v1.2.3-RC1;[x]|% ü"]] },
  );
});

it("a description has the id of the owner, and as much of its name as fits", () => {
  const owner = `0123456789ab:${"shop/dev/".padEnd(110, "x")} [ü]`;
  for (const [text, record] of [
    ["", undefined],
    ["x".repeat(200), "0123456789abcdef"],
    ["x".repeat(80), "1".repeat(130)],
    ["x".repeat(232), undefined],
  ] as const) {
    const description = withMark(text, owner, record);
    expect(description.length).toBeLessThanOrEqual(256);
    expect(splitMark(description)).toMatchObject({
      text,
      owner: expect.stringMatching(/^0123456789ab(:[\w./-]+)?$/) as string,
    });
  }
  expect(withMark("x", "0123456789ab:shop/dev/my api")).toBe("x [fcp:0123456789ab:shop/dev/my_api]");
});

it.each([
  ...[undefined, "", "by hand", "[fcp:]", "[fcp:UPPER]", "[fcp:abc] text", "x[fcp:abc]", "x[fcp:0123456789ab]"],
  ...["[fcp:0123456789ab] text", "[fcp:0123456789abc]", "[fcp:0123456789ab:]", "[fcp:0123456789ab:a b]"],
])("%j contains no owner", (description) => {
  expect(splitMark(description)).toEqual({ text: description ?? "" });
});

it.each([
  ["1234567890123456", "1234567890123456", undefined],
  ["1234567890123456", "6543210987654321", undefined],
  ["1234567890123456", UNKNOWN, undefined],
  ["0000567890123456", "0000567890123456", undefined],
  [
    "0000567890123456",
    "1234567890123456",
    "live in emulator 0000567890123456, but the program now runs against account",
  ],
  [
    "1234567890123456",
    "0000567890123456",
    "live in account 1234567890123456, but the program now runs against emulator",
  ],
  ["0000567890123456", "0000111111111111", "now runs against emulator 0000111111111111. A stack does not move"],
])("moving from %s to %s", (from, to, refusal) => {
  const said = refusedMove({ ...PLACE, accountId: from }, { ...PLACE, accountId: to });
  if (refusal === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(refusal);
});

it("the place is in an id", () => {
  expect(placeIn("cn-hangzhou:1234567890123456:api/prod")).toEqual(PLACE);
  for (const id of ["", "cn-hangzhou:1234567890123456", "cn-hangzhou:account:api", ":1:api", "x cn:a:1:api"]) {
    expect(placeIn(id)).toBeUndefined();
  }
});

it.each([
  ["1234567890123456", true],
  ["12345", true],
  ["1234", false],
  ["12345678901234567", false],
  ["x12345", false],
  ["12345x", false],
])("account id %j is one: %s", (accountId, is) => {
  expect(ACCOUNT_PATTERN.test(accountId)).toBe(is);
});

it("an emulator's account begins with four zeros", () => {
  expect([isEmulatorAccount("0000567890123456"), isEmulatorAccount("1000056789012345")]).toEqual([true, false]);
});

describe("a host", () => {
  const account = "1234567890123456";
  it.each([
    ["fcv3.cn-hangzhou.aliyuncs.com", { region: "cn-hangzhou", internal: false }],
    ["fcv3-vpc.cn-hangzhou.aliyuncs.com", { region: "cn-hangzhou", internal: true }],
    [`${account}.cn-hangzhou.fc.aliyuncs.com`, { region: "cn-hangzhou", accountId: account, internal: false }],
    [`${account}.cn-hangzhou-internal.fc.aliyuncs.com`, { region: "cn-hangzhou", accountId: account, internal: true }],
    ["cn-hangzhou.fc.aliyuncs.com", { region: "cn-hangzhou", internal: false }],
    ["fcv3.cn-internal-hangzhou.aliyuncs.com", { region: "cn-internal-hangzhou", internal: false }],
    ["1.us-east-1.fc.aliyuncs.com", { region: "us-east-1", accountId: "1", internal: false }],
  ])("%s serves %j", (host, place) => {
    expect(hostOf(host)).toStrictEqual(place);
  });

  it.each([
    ...["", "ecs.aliyuncs.com", "ecs.cn-hangzhou.aliyuncs.com", "fcv3.aliyuncs.com", "fcv3.CN.aliyuncs.com"],
    ...["x.fcv3.cn-hangzhou.aliyuncs.com", "fcv3.cn-hangzhou.aliyuncs.com.example.com", "fcv3.china.aliyuncs.com"],
    ...[`${account}7.cn-hangzhou.fc.aliyuncs.com`, "a.cn-hangzhou.fc.aliyuncs.com", "fcv3-cn-hangzhou.aliyuncs.com"],
    ...["fcv3.cn-internal-hangzhou-internal-internal-internal-x.aliyuncs.com", "xcn-hangzhou.fc.aliyuncs.com"],
  ])("%j is not a host of Function Compute", (host) => {
    expect(hostOf(host)).toBeUndefined();
  });
});

describe("an endpoint", () => {
  it.each([
    ["fcv3.cn-hangzhou.aliyuncs.com", "fcv3.cn-hangzhou.aliyuncs.com"],
    ["https://fcv3.cn-hangzhou.aliyuncs.com", "fcv3.cn-hangzhou.aliyuncs.com"],
    ["https://fcv3.cn-hangzhou.aliyuncs.com/", "fcv3.cn-hangzhou.aliyuncs.com"],
    ["https://fcv3.cn-hangzhou.aliyuncs.com:443", "fcv3.cn-hangzhou.aliyuncs.com"],
    ["https://FCV3.cn-hangzhou.aliyuncs.com", "fcv3.cn-hangzhou.aliyuncs.com"],
    ["a.b.c.d.e.f.g.h.aliyuncs.com", "a.b.c.d.e.f.g.h.aliyuncs.com"],
  ])("%s has host %s", (endpoint, host) => {
    expect(realHost(endpoint)).toBe(host);
  });

  it.each([
    ...["", "http://fcv3.cn-hangzhou.aliyuncs.com", "https://user@fcv3.cn-hangzhou.aliyuncs.com"],
    ...["https://:word@fcv3.cn-hangzhou.aliyuncs.com", "https://fcv3.cn-hangzhou.aliyuncs.com:8443"],
    ...["https://fcv3.cn-hangzhou.aliyuncs.com/path", "https://fcv3.cn-hangzhou.aliyuncs.com?a=b"],
    ...["https://fcv3.cn-hangzhou.aliyuncs.com#part", "aliyuncs.com", "example.com", "fcv3.aliyuncs.com.example.com"],
    ...["127.0.0.1:9000", "https://", "a.b.c.d.e.f.g.h.i.aliyuncs.com", "_.aliyuncs.com"],
  ])("%j is not a host of the real service", (endpoint) => {
    expect(realHost(endpoint)).toBeUndefined();
  });

  const advice = "Leave endpoint out, or give each place its own";
  it.each<[string, object, string, string | undefined]>([
    ["of the region", PLACE, "fcv3.cn-hangzhou.aliyuncs.com", undefined],
    ["of region and account", PLACE, "1234567890123456.cn-hangzhou.fc.aliyuncs.com", undefined],
    [
      "of another host",
      PLACE,
      "example.com",
      'got "example.com"; allowed: a host under aliyuncs.com, reached over https',
    ],
    [
      "of another service",
      PLACE,
      "ecs.cn-hangzhou.aliyuncs.com",
      'got "ecs.cn-hangzhou.aliyuncs.com", which is no host of Function Compute; allowed: fcv3.<region>.aliyuncs.com, ' +
        "<account>.<region>.fc.aliyuncs.com or <account>.<region>-internal.fc.aliyuncs.com",
    ],
    [
      "of another region",
      PLACE,
      "fcv3.cn-beijing.aliyuncs.com",
      `got "fcv3.cn-beijing.aliyuncs.com", a host of region cn-beijing; allowed: one of region cn-hangzhou, where this resource is. ${advice}`,
    ],
    [
      "of another account",
      PLACE,
      "99999.cn-hangzhou.fc.aliyuncs.com",
      `got "99999.cn-hangzhou.fc.aliyuncs.com", the host of account 99999; allowed: that of account 1234567890123456, where this resource is. ${advice}`,
    ],
    ["of another region, for an emulator", { ...PLACE, accountId: "0000567890123456" }, "fcv3.cn-beijing.aliyuncs.com", undefined], // prettier-ignore
    ["of a region that is not known yet", { ...PLACE, region: UNKNOWN }, "fcv3.cn-beijing.aliyuncs.com", undefined],
    ["of no region", { accountId: PLACE.accountId }, "fcv3.cn-beijing.aliyuncs.com", undefined],
    ["of an account that is not known yet", { ...PLACE, accountId: UNKNOWN }, "99999.cn-hangzhou.fc.aliyuncs.com", undefined], // prettier-ignore
    ["of no account", { region: PLACE.region }, "99999.cn-hangzhou.fc.aliyuncs.com", undefined],
  ])("%s", (_what, place, endpoint, refusal) => {
    expect(refusedEndpoint(place, endpoint)).toBe(refusal);
  });
});

describe("an answer", () => {
  const moved = (region: string, accountId: string) =>
    `the answer is about an object in region ${region}, account ${accountId}, but this resource lives in region ` +
    `cn-hangzhou, account 1234567890123456`;
  it.each<[unknown, string | undefined, boolean]>([
    ["acs:fc:cn-hangzhou:1234567890123456:functions/api", undefined, true],
    ["acs:fc:cn-beijing:1234567890123456:functions/api", moved("cn-beijing", "1234567890123456"), false],
    ["acs:fc:cn-hangzhou:99999:functions/api", moved("cn-hangzhou", "99999"), false],
    ["acs:fc:cn-hangzhou", undefined, false],
    ["x acs:fc:cn-beijing:99999:functions/api", undefined, false],
    [undefined, undefined, false],
    [7, undefined, false],
  ])("with the ARN %j", (arn, refusal, names) => {
    expect([elsewhere(PLACE, arn), namesPlace(PLACE, arn)]).toEqual([refusal, names]);
  });
});
