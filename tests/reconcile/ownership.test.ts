/** What a resource may do with the object of its name, and the messages if it may not. */
import { createHash } from "node:crypto";
import {
  aliasIdentity,
  assertImportable,
  assertOurs,
  type Claim,
  functionIdentity,
  isOfStack,
  mayDelete,
  onlyIfOwned,
  triggerIdentity,
  versionIdentity,
} from "../../provider/reconcile/ownership";
import { simulated } from "./simulated";

const OURS = "0123456789ab:shop/dev/api";
const THEIRS = "ffffff6789ab:shop/prod/api";

const claim: Claim = {
  resourceUrn: "urn:pulumi:dev::shop::alicloud-fc:index:Alias::api",
  owner: OURS,
  label: "alias prod",
  kind: "an alias",
  named: "aliasName",
  release: "clear its description",
};
const known: Claim = { ...claim, known: { identity: "id-1" } };

const ours = { owner: OURS, identity: "id-1" };
const theirs = { owner: THEIRS, identity: "id-1" };
const sibling = { owner: "012345abcdef:shop/dev/other", identity: "id-1" };
const ownerless = { owner: undefined, identity: "id-2" };

const createdTime = "2026-01-01T00:00:00Z";

it("owner and identity of an object come from its tag or description, and its id or time of creation", () => {
  const description = `text [fcp:${OURS}]`;
  const marked = { owner: OURS, identity: createdTime };
  const tags = [
    { key: "team", value: "shop" },
    { key: "pulumi-alicloud-fc-owner", value: OURS },
  ];
  expect(functionIdentity({ functionId: "id-1", tags })).toEqual(ours);
  expect(aliasIdentity({ description, createdTime })).toEqual(marked);
  expect(versionIdentity({ description, createdTime } as never)).toEqual(marked);
  expect(triggerIdentity({ description, createdTime })).toEqual(marked);
  expect(triggerIdentity({ description, createdTime, triggerId: "id-1" })).toEqual(ours);
});

describe("before a write", () => {
  const refused = (by: Claim, standing: typeof ours | typeof ownerless, lost: string[] = []) => {
    try {
      assertOurs(by, standing, () => lost);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("an object of the resource is written, whatever changes", () => {
    expect(refused(claim, ours, ["memorySize"])).toBeUndefined();
    expect(refused({ ...claim, adopt: true }, ours, ["memorySize"])).toBeUndefined();
  });

  it.each([
    [
      "another owner",
      claim,
      theirs,
      "an alias of this name exists already, and it belongs to shop/prod/api. Nothing was changed. Choose another " +
        "aliasName, or clear its description and set adopt: true to take it over",
    ],
    [
      "another owner, although the program adopts it",
      { ...claim, adopt: true },
      theirs,
      "an alias of this name exists already, and it belongs to shop/prod/api. Nothing was changed. Choose another " +
        "aliasName, or clear its description and set adopt: true to take it over",
    ],
    [
      "another owner of the same stack",
      claim,
      sibling,
      "an alias of this name exists already, and it belongs to shop/dev/other, which is a resource of this stack. Nothing was changed. If you " +
        "renamed that resource, or changed its type or parent, give the former one in Pulumi's option aliases, or in replaces of a " +
        "CanaryRelease. For another object, choose another aliasName. Only if state does not have that resource: clear its description, and " +
        "set adopt: true",
    ],
    [
      "another owner of the same stack, in place of the object in state",
      known,
      sibling,
      "the object of this stack was deleted or taken over by somebody else (it belongs to shop/dev/other). Nothing was changed. Choose another " +
        "aliasName, or clear its description and set adopt: true to take it over",
    ],
    [
      "no owner",
      { ...claim, adopt: false },
      ownerless,
      "an alias of this name exists already, and it has no owner. Nothing was changed. Choose another aliasName, or " +
        "set adopt: true to take it over",
    ],
    [
      "no owner, in place of the object in state",
      known,
      ownerless,
      "the object of this stack was deleted or taken over by somebody else (it has no owner). Nothing was changed. " +
        "Choose another aliasName, or set adopt: true to take it over",
    ],
  ])("an object with %s is refused", (_what, by, standing, expected) => {
    expect(refused(by, standing)).toBe(`alias prod: ${expected}`);
  });

  it("an object without an owner is adopted, unless settings would change", () => {
    expect(refused({ ...claim, adopt: true }, ownerless)).toBeUndefined();
    expect(refused({ ...claim, adopt: true }, ownerless, ["memorySize", "timeout"])).toBe(
      "alias prod: adopt would change settings that the program does not mention: memorySize, timeout. Nothing was " +
        "changed. Write them into the program as they are, or change them by hand first",
    );
  });
});

describe.each([
  ["ours", ours, undefined],
  ["another's", theirs, "an alias of this name belongs to shop/prod/api"],
  ["without an owner", ownerless, "an alias of this name was created again and has no owner"],
])("an object that is %s", (_what, standing, why) => {
  const { resourceUrn } = claim;

  it("is deleted only if it is the resource's", () => {
    const { session, warnings } = simulated();
    expect(mayDelete(session, known, standing)).toBe(why === undefined);
    expect(warnings).toEqual(why === undefined ? [] : [`${resourceUrn}: alias prod: ${why}. It was not changed`]);
  });

  it("is read only if it is the resource's", () => {
    const { session, warnings } = simulated();
    const read = onlyIfOwned(session, known, standing, (found) => found);
    expect(read).toBe(why === undefined ? standing : undefined);
    const warning = `${resourceUrn}: alias prod: ${why}. The object of this stack was deleted`;
    expect(warnings).toEqual(why === undefined ? [] : [warning]);
  });
});

it("an object that does not exist is read as missing, without a warning", () => {
  const { session, warnings } = simulated();
  expect(onlyIfOwned(session, known, undefined, () => theirs)).toBeUndefined();
  expect(warnings).toEqual([]);
});

it("an object is imported unless another resource is its owner", () => {
  expect(() => assertImportable(claim, ours)).not.toThrow();
  expect(() => assertImportable(claim, ownerless)).not.toThrow();
  expect(() => assertImportable(claim, theirs)).toThrow(
    "alias prod: it belongs to shop/prod/api and was not imported. Remove it from the state there with retainOnDelete: " +
      "true, clear its description, and import it again",
  );
});

it("an object is of the stack by the stack's present or former name", () => {
  const stack = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 6);
  const of = (name: string) => ({ owner: `${stack(name)}abcdef:${name}/web` });
  const renamed = { ...claim, owner: `${stack("shop/former")}abcdef:shop/former/api` };
  expect(["shop/former", "shop/dev", "shop/prod"].map((name) => isOfStack(renamed, of(name)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(isOfStack(renamed, { owner: undefined })).toBe(false);
});
