/** The short form of members in state. The form is frozen: a state of an earlier release is read forever. */
import { restored, stored, storedOutputs } from "../../provider/core/stored";

const NODE = "pulumi-nodejs:dynamic/alicloud-fc:";
const urn = (types: string, name = "api") => `urn:pulumi:dev::shop::${types}::${name}`;
/** The owner of {@link urn} with the type `Function`; `tests/core/place.test.ts` has the same text. */
const OWNER = "d8aee9f2da11:shop/dev/api";
const OTHER = "0123456789ab:shop/dev/api";
const PLACE = { region: "cn-hangzhou", accountId: "1234567890123456" };

it.each([
  ["a type of a TypeScript program", urn(`${NODE}Function`), "dev::shop::~Function::api"],
  ["a parent", urn(`my:App$${NODE}Alias`), "dev::shop::my:App$~Alias::api"],
  [
    "a parent with a type of this package",
    urn(`${NODE}Function$${NODE}Alias`),
    `dev::shop::${NODE}Function$~Alias::api`,
  ],
  ["a type of the plugin", urn("alicloud-fc:index:Function"), "dev::shop::alicloud-fc:index:Function::api"],
  ["a name with ::", urn(`${NODE}Function`, "a::b"), "dev::shop::~Function::a::b"],
  ["a type that only contains the beginning", urn(`x${NODE}Function`), `dev::shop::x${NODE}Function::api`],
])("state has a short URN, and the URN is read back: %s", (_what, long, short) => {
  expect(stored({ resourceUrn: long })).toEqual({ resourceUrn: short });
  expect(stored({ resourceUrn: short })).toEqual({ resourceUrn: short });
  expect(restored({ resourceUrn: short })).toMatchObject({ resourceUrn: long });
  expect(restored({ resourceUrn: long })).toMatchObject({ resourceUrn: long });
});

it.each(["text", "a::b::c", ""])("text that is no URN stays: %j", (text) => {
  expect(stored({ resourceUrn: text })).toEqual({ resourceUrn: text });
  expect(restored({ resourceUrn: text })).toEqual({ resourceUrn: text });
});

it("an owner that the URN gives is left out, and another owner is kept", () => {
  const resourceUrn = urn(`${NODE}Function`);
  const short = { resourceUrn: "dev::shop::~Function::api" };
  expect(stored({ resourceUrn, owner: OWNER, x: 1 })).toEqual({ ...short, x: 1 });
  expect(stored({ ...short, owner: OWNER })).toEqual(short);
  expect(stored({ resourceUrn, owner: OTHER })).toEqual({ ...short, owner: OTHER });
  expect(restored(short)).toEqual({ resourceUrn, owner: OWNER });
  expect(restored({ ...short, owner: OTHER })).toEqual({ resourceUrn, owner: OTHER });
});

it("members without a URN stay as they are", () => {
  for (const members of [
    { owner: OWNER, x: 1 },
    { resourceUrn: 7, x: 1 },
  ]) {
    expect(stored(members)).toEqual(members);
    expect(restored(members)).toEqual(members);
    expect(restored(members, "cn-hangzhou:1234567890123456:api")).toEqual({ ...PLACE, ...members });
  }
});

it("outputs leave out region and account, which are in the id; a function keeps both", () => {
  const members = { ...PLACE, resourceUrn: urn(`${NODE}Alias`), x: 1 };
  const short = { resourceUrn: "dev::shop::~Alias::api", x: 1 };
  expect(storedOutputs("Alias", members)).toEqual(short);
  expect(storedOutputs("Function", members)).toEqual({ ...PLACE, ...short });
  expect(restored(short, "cn-hangzhou:1234567890123456:api/prod")).toMatchObject({ ...PLACE, x: 1 });
  expect(restored({ ...short, region: "cn-beijing" }, "cn-hangzhou:1234567890123456:api/prod")).toMatchObject({
    region: "cn-beijing",
  });
  expect(restored(short)).not.toHaveProperty("region");
  expect(restored(short, "no id")).not.toHaveProperty("region");
});
