/** To whom an object belongs: to the resource that asks, to another owner, or to nobody. */
import { ownershipOf, sameStack, withOwner } from "../../provider/core/ownership";

const OURS = "0123456789ab:shop/dev/api";
const NEIGHBOUR = "012345ffffff:shop/dev/web";
const THEIRS = "ffffff6789ab:shop/prod/api";

describe("an object with an owner", () => {
  it.each([
    ["ours", OURS, "id-1", { kind: "ours" }],
    ["ours, renamed", "0123456789ab:shop/dev/former", "id-1", { kind: "ours" }],
    ["ours, by its id alone", "0123456789ab", "id-1", { kind: "ours" }],
    ["ours, another object than state remembers", OURS, "id-2", { kind: "ours" }],
    ["of another stack", THEIRS, "id-1", { kind: "another's", words: "shop/prod/api" }],
    ["of another resource of the stack", NEIGHBOUR, "id-1", { kind: "another's", words: "shop/dev/web" }],
    [
      "of another, by its id alone",
      "ffffff6789ab",
      "id-1",
      { kind: "another's", words: "another resource, whose owner id is ffffff6789ab" },
    ],
    ["of another tool", "terraform", "id-1", { kind: "another's", words: "terraform" }],
  ])("%s", (_what, owner, identity, expected) => {
    expect(ownershipOf({ owner: OURS, known: { identity: "id-1" } }, { owner, identity })).toEqual(expected);
  });

  it("does not belong to a resource whose owner has no id", () => {
    expect(ownershipOf({ owner: "" }, { owner: "terraform", identity: "id-1" }).kind).toBe("another's");
  });
});

describe.each([undefined, ""])("an object without an owner (%j)", (owner) => {
  it.each([
    ["the one that state remembers", { identity: "id-1" }, "id-1", "ours"],
    ["another one than state remembers", { identity: "id-1" }, "id-2", "ownerless"],
    ["one that state could not read", { identity: undefined }, "id-2", "ours"],
    ["one that state could not read, written as empty", { identity: "" }, "id-2", "ours"],
    ["one that does not tell what it is", { identity: "id-1" }, undefined, "ours"],
    ["one that tells nothing, written as empty", { identity: "id-1" }, "", "ours"],
    ["one that is not in state", undefined, "id-1", "ownerless"],
    ["one that is not in state and tells nothing", undefined, undefined, "ownerless"],
  ])("%s", (_what, known, identity, kind) => {
    const claimant = { owner: OURS, ...(known === undefined ? {} : { known }) };
    expect(ownershipOf(claimant, { owner, identity })).toEqual({ kind });
  });
});

it.each([
  [OURS, NEIGHBOUR, true],
  [OURS, OURS, true],
  [OURS, THEIRS, false],
  [OURS, undefined, false],
  [OURS, "terraform", false],
  ["no id", undefined, false],
  ["no id", "no id", false],
])("sameStack(%j, %j) is %j", (owner, standing, expected) => {
  expect(sameStack(owner, standing)).toBe(expected);
});

it("an object is named with its owner", () => {
  expect(withOwner("trigger http", OURS)).toBe("trigger http (of shop/dev/api)");
  expect(withOwner("trigger http", undefined)).toBe("trigger http (without an owner)");
});
