/** Tests which config keys belong to a release. If the namespace is not known, no subcommand changes anything. */
import { keysOf } from "../../../cli/release/stack";
import type { StoredRelease } from "../../../provider/rollout";

let made = 0;
const release = (name: string, functionName = name) =>
  ({ urn: `urn:${made++}`, name, outputs: { functionName } }) as unknown as StoredRelease;
const [api, web] = [release("api"), release("web")];
const config = (keys: Record<string, string>) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, { value, secret: false }]));

it("reads the keys of the namespace canary if the stack has one release, with lists and maps", () => {
  const keys = {
    "canary:weight": "auto",
    "canary:steps": "[5,25]",
    "canary:analysis": '{"errorRatio":3}',
    "aws:region": "x",
  };
  expect(keysOf(config(keys), api, [api], undefined)).toEqual({
    namespace: "canary",
    keys: { weight: "auto", steps: [5, 25], analysis: { errorRatio: 3 } },
    secrets: [],
  });
  expect(keysOf({}, api, [api], undefined)).toEqual({ namespace: "canary", keys: {}, secrets: [] });
});

it("with one release it reads the only namespace with keys of a release, and otherwise the one with its name", () => {
  const one = (keys: Record<string, string>) =>
    keysOf(config({ ...keys, "aws:region": "eu" }), api, [api], undefined).namespace;
  expect(one({ "shop:weight": "80" })).toBe("shop");
  expect(one({ "shop:weight": "80", "canary:hold": "true" })).toBe("canary");
  expect(one({ "shop:weight": "80", "api:hold": "true" })).toBe("api");
});

it("with several releases each has the namespace with its name, or with the name of its function", () => {
  const both = config({ "web:weight": "80", "api:hold": "true", "canary:weight": "20" });
  expect(keysOf(both, web, [api, web], undefined)).toEqual({ namespace: "web", keys: { weight: "80" }, secrets: [] });
  expect(keysOf(both, api, [api, web], undefined).keys).toEqual({ hold: "true" });
  expect(keysOf(both, api, [api, web], "canary").keys).toEqual({ weight: "20" });
  const named = release("api-prod", "api");
  expect(keysOf(both, named, [named, web], undefined).namespace).toBe("api");
});

it.each([
  ["config has no key in the namespace with its name", { "canary:weight": "80" }, [api, web], "canary"],
  ["config has no key", {}, [api, web], ""],
  ["config of one release has two other namespaces", { "shop:weight": "80", "web:hold": "true" }, [api], "shop, web"],
  ["a second release has the same name", { "api:weight": "80" }, [api, release("api", "other")], "api"],
])("the namespace is not known: %s", (_what, keys, all, namespaces) => {
  const found = namespaces === "" ? "" : `; config has keys of releases in these namespaces: ${namespaces}`;
  const flags = all.length === 1 ? "--namespace" : "--release api --namespace";
  expect(keysOf(config({ ...keys, "aws:region": "eu" }), api, all, undefined)).toEqual({
    namespace: "",
    keys: {},
    secrets: [],
    unclear: `the config namespace of release api is not known: give ${flags}, the one in releaseConfig()${found}`,
  });
  expect(keysOf(config(keys), api, all, "other")).toEqual({ namespace: "other", keys: {}, secrets: [] });
});

it("the namespace with the name of a function is not known if it is the name of another release, or of two functions", () => {
  const keys = config({ "api:weight": "80" });
  const byFunction = release("prod", "api");
  expect(keysOf(keys, byFunction, [api, byFunction], undefined)).toHaveProperty("unclear");
  expect(keysOf(keys, api, [api, byFunction], undefined).namespace).toBe("api");
  const second = release("staging", "api");
  for (const each of [byFunction, second])
    expect(keysOf(keys, each, [byFunction, second], undefined)).toHaveProperty("unclear");
});

it("refuses text for a key whose value must be a list", () => {
  expect(() => keysOf(config({ "canary:steps": "5,25" }), api, [api], undefined)).toThrow(
    "config canary:steps: got 5,25; allowed: a list or a map",
  );
});

it("marks keys with secret values, so that no subcommand prints them", () => {
  const secret = { "canary:weight": { value: "25", secret: true }, "canary:hold": { value: "true" } };
  expect(keysOf(secret, api, [api], undefined).secrets).toEqual(["weight"]);
});
