/**
 * The owner of an object is recorded in a tag or in a description. The tests check the owner's id and the form of both
 * texts.
 */
import { createHash } from "node:crypto";
import { ownerOf, splitMark, withMark } from "../../provider/core/owner";

const hex6 = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 6);
const OWNER = "0123456789ab:shop/dev/api";

it.each([
  ["alone", "", ""],
  ["in a component", "pkg:index:Shop$", "pkg:index:Shop$"],
  ["in a component of a component", "pkg:index:Mall$pkg:index:Shop$", "pkg:index:Mall$pkg:index:Shop$"],
  ["in a component of this package", "alicloud-fc:index:CanaryRelease$", "alicloud-fc:index:CanaryRelease$"],
])("a resource %s has the same owner in every language", (_where, parents, kept) => {
  const dynamic = "pulumi-nodejs:dynamic/alicloud-fc:Alias";
  const urn = (token: string) => `urn:pulumi:dev::shop::${parents}${token}::api`;
  const id = hex6("shop/dev") + hex6(`shop/dev/api\n${kept}${dynamic}`);
  expect(ownerOf(urn(dynamic))).toEqual({ id, label: "shop/dev/api" });
  expect(ownerOf(urn("alicloud-fc:index:Alias"))).toEqual({ id, label: "shop/dev/api" });
});

it("a name with colons, and a stack with colons, are in the label", () => {
  expect(ownerOf("urn:pulumi:a:b::shop::t::x::y").label).toBe("shop/a:b/x::y");
});

it("a description of any length that fits keeps its text and the owner's id; only the label is cut", () => {
  for (let length = 0; length <= 237; length++) {
    const text = "x".repeat(length);
    const description = withMark(text, OWNER);
    expect(description.length).toBeLessThanOrEqual(256);
    const { text: read, owner = "" } = splitMark(description);
    expect([read, owner.slice(0, 12), OWNER.startsWith(owner)]).toEqual([text, "0123456789ab", true]);
  }
});

it.each(["%zz", "%", "100%25", "a%C3"])("a record that is not percent-encoded is read as it is: %s", (record) => {
  const read = splitMark(`mine [fcp:0123456789ab|${record}]`);
  expect(read).toEqual({ text: "mine", owner: "0123456789ab", record: record === "100%25" ? "100%" : record });
});
