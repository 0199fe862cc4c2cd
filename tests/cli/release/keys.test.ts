/** Tests which config keys belong to a release. If the namespace is not known, no subcommand changes anything. */
import { keysOf } from "../../../cli/release/stack";
import type { StoredRelease } from "../../../provider/rollout";

const release = (outputs: object) =>
  ({ urn: "urn:api", name: "api", outputs: { functionName: "api", ...outputs } }) as unknown as StoredRelease;
const api = release({ configNamespace: "canary" });
const unnamed = release({});
const config = (keys: Record<string, string>) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, { value, secret: false }]));

it("reads the keys of the namespace that the program read, with lists and maps", () => {
  const keys = {
    "canary:weight": "auto",
    "canary:steps": "[5,25]",
    "canary:analysis": '{"errorRatio":3}',
    "api:weight": "80",
    "aws:region": "x",
  };
  const found = {
    namespace: "canary",
    keys: { weight: "auto", steps: [5, 25], analysis: { errorRatio: 3 } },
    secrets: [],
  };
  expect(keysOf(config(keys), api, undefined)).toEqual(found);
  expect(keysOf(config(keys), api, "canary")).toEqual(found);
  expect(keysOf({}, api, undefined)).toEqual({ namespace: "canary", keys: {}, secrets: [] });
});

it("refuses a namespace that the program does not read", () => {
  expect(() => keysOf(config({ "api:weight": "80" }), api, "api")).toThrow(
    '--namespace: got "api"; allowed: canary, from which the program reads release api',
  );
});

it.each([{ "canary:weight": "80" }, { "api:weight": "80" }, {}])(
  "guesses no namespace from the keys in config: %j",
  (keys) => {
    expect(keysOf(config(keys), unnamed, undefined)).toEqual({
      namespace: "",
      keys: {},
      secrets: [],
      unclear:
        "the config namespace of release api is not known, because its program does not use releaseConfig() or config: true. Give " +
        "--release api --namespace, or set the argument configNamespace of the release and run pulumi up",
    });
  },
);

it("reads the namespace of the flag for a program that reads its keys in its own way", () => {
  const keys = config({ "web:weight": "80", "canary:weight": "20" });
  expect(keysOf(keys, unnamed, "web")).toEqual({ namespace: "web", keys: { weight: "80" }, secrets: [] });
});

it("refuses text for a key whose value must be a list", () => {
  expect(() => keysOf(config({ "canary:steps": "5,25" }), api, undefined)).toThrow(
    "config canary:steps: got 5,25; allowed: a list or a map",
  );
});

it("marks keys with secret values, so that no subcommand prints them", () => {
  const secret = { "canary:weight": { value: "25", secret: true }, "canary:hold": { value: "true" } };
  expect(keysOf(secret, api, undefined).secrets).toEqual(["weight"]);
});
