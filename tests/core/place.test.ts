/** Ids, ARNs and owner marks: frozen with the first release, and taken apart to what they were made of. */
import * as fc from "fast-check";
import { ownerIdIn, ownerOf, ownerText, resourceNameOf, splitMark, withMark } from "../../provider/core/owner";
import { functionArn, refusedMove, resourceId } from "../../provider/core/place";
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
  "%j is no owner",
  (text) => {
    expect(ownerIdIn(text)).toBeUndefined();
  },
);

it("a mark comes off a description as it went on, whatever the text", () => {
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

it("a mark carries as much of the owner's words as a description has room for, and always its id", () => {
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
])("%j has no mark", (description) => {
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
