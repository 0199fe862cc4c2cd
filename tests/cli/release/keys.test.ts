/** Tests which config keys belong to a release. If the namespace is not known, no subcommand changes anything. */
import { keysOf } from "../../../cli/release/stack";
import type { StoredRelease } from "../../../provider/rollout";

const release = (name: string) => ({ urn: "urn", name, outputs: {} }) as unknown as StoredRelease;
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

it.each([
  [
    "several releases",
    { "canary:weight": "80" },
    [api, web],
    "; config has keys of releases in these namespaces: canary",
  ],
  ["several releases without a key", {}, [api, web], ""],
  [
    "keys under another namespace alone",
    { "shop:weight": "80", "web:hold": "true" },
    [api],
    "; config has keys of releases in these namespaces: shop, web",
  ],
])(
  "the namespace is not known for %s: the program may not read the namespace with the name of the release",
  (_what, keys, all, found) => {
    expect(keysOf(config({ ...keys, "aws:region": "eu" }), api, all, undefined)).toEqual({
      namespace: "",
      keys: {},
      secrets: [],
      unclear: `the config namespace of release api is not known: give --namespace, the one in releaseConfig()${found}`,
    });
    expect(keysOf(config(keys), api, all, "api")).toEqual({ namespace: "api", keys: {}, secrets: [] });
  },
);

it("refuses text for a key whose value must be a list", () => {
  expect(() => keysOf(config({ "canary:steps": "5,25" }), api, [api], undefined)).toThrow(
    "config canary:steps: got 5,25; allowed: a list or a map",
  );
});

it("marks keys with secret values, so that no subcommand prints them", () => {
  const secret = { "canary:weight": { value: "25", secret: true }, "canary:hold": { value: "true" } };
  expect(keysOf(secret, api, [api], undefined).secrets).toEqual(["weight"]);
});
