/** HTTP triggers: what is sent, whether a live trigger matches, and what a refresh and an adoption find. */
import type { ObservedTrigger } from "../../provider/core/model";
import {
  type HttpTriggerInputs,
  bodyOf,
  checkHttpTrigger,
  diffHttpTrigger,
  lostByTriggerAdoption,
  refreshedTrigger,
  sameTrigger,
  triggerBody,
  triggerLabel,
  triggerMatches,
  triggerOutputs,
} from "../../provider/core/trigger";
import { UNKNOWN } from "../../provider/core/unknown";

const BASE = {
  region: "cn-hangzhou",
  accountId: "1234567890123456",
  resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:HttpTrigger::web",
  functionName: "api",
  triggerName: "live",
  qualifier: "prod",
};
const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];

/** The result for a change in place. The engine deletes the old trigger first if it replaces the trigger by itself. */
const CHANGED = { deleteBeforeReplace: true };

function checked(given: object = {}): HttpTriggerInputs {
  const { inputs, failures } = checkHttpTrigger({}, { ...BASE, ...given });
  expect(failures).toEqual([]);
  return inputs as unknown as HttpTriggerInputs;
}

/** A live trigger with the settings of the inputs. */
function live(given: object = {}, more: object = {}): ObservedTrigger {
  return { triggerId: "t-1", ...triggerBody(checked(given)), ...more };
}

const config = (settings: object) => ({ triggerConfig: JSON.stringify(settings) });

it("a program gets every method, signed requests and the internet if it does not say otherwise", () => {
  expect(checked()).toMatchObject({ ...BASE, authType: "function", methods: METHODS, disableUrlInternet: false });
  expect(checked()).not.toHaveProperty("defaulted");
  const given = { authType: "anonymous", methods: ["GET"], disableUrlInternet: true };
  expect(checked(given)).toMatchObject(given);
  expect(checked({ adopt: true, methods: ["GET"] }).defaulted).toEqual(["authType", "disableUrlInternet"]);
  expect(checked({ adopt: true, ...given }).defaulted).toEqual([]);
});

it("refused inputs are returned as they were", () => {
  const { inputs, failures } = checkHttpTrigger({}, { ...BASE, qualifier: "a b" });
  expect(inputs).toEqual({ ...BASE, qualifier: "a b" });
  expect(failures).toHaveLength(1);
});

it.each<[string, object, unknown]>([
  ["nothing", {}, { changes: false }],
  ["the order of methods", { methods: [...METHODS].reverse() }, { changes: false }],
  ["the methods", { methods: ["GET"] }, CHANGED],
  ["the methods by one", { methods: METHODS.slice(1) }, CHANGED],
  ["who may send requests", { authType: "anonymous" }, CHANGED],
  ["the internet", { disableUrlInternet: true }, CHANGED],
  ["the alias", { qualifier: "other" }, CHANGED],
  ["the description", { description: "text" }, CHANGED],
  ["an alias that is not known yet", { qualifier: UNKNOWN }, CHANGED],
  ["an internet setting that is not known yet", { disableUrlInternet: UNKNOWN }, CHANGED],
  ["a description that is not known yet", { description: UNKNOWN }, CHANGED],
  ["who may send requests, not known yet", { authType: UNKNOWN }, CHANGED],
  ["methods that are not known yet", { methods: UNKNOWN }, CHANGED],
  ["the name", { triggerName: "other" }, { replaces: ["triggerName"], deleteBeforeReplace: true }],
  ["the function", { functionName: "web" }, { replaces: ["functionName"], deleteBeforeReplace: true }],
])("the result of a diff after a change of %s", (_what, given, result) => {
  const olds = triggerOutputs(checked(), live());
  expect(diffHttpTrigger(olds, checked(given))).toEqual(result);
});

it("a move from a real account to an emulator is refused with the name of the trigger", () => {
  const olds = triggerOutputs(checked(), live());
  expect(() => diffHttpTrigger(olds, checked({ accountId: "0000567890123456" }))).toThrow(
    /^HTTP trigger live: this stack's objects live in account 1234567890123456/,
  );
});

it("a body has the managed settings, keeps the others of a live trigger, and names the owner", () => {
  const description = expect.stringMatching(/^text \[fcp:[0-9a-f]{12}:shop\/dev\/web\]$/) as string;
  const inputs = checked({ description: "text", methods: ["GET"] });
  const body = triggerBody(inputs, { ...config({ corsConfig: { maxAge: 9 }, authType: "jwt" }) });
  expect({ ...body, triggerConfig: JSON.parse(body.triggerConfig) as unknown }).toEqual({
    ...{ qualifier: "prod", description },
    triggerConfig: { corsConfig: { maxAge: 9 }, authType: "function", methods: ["GET"], disableURLInternet: false },
  });
  for (const triggerConfig of ["no JSON", "[", "null", "7", '"text"']) {
    expect(triggerBody(inputs, { triggerConfig })).toEqual(triggerBody(inputs));
  }
});

it.each<[string, ObservedTrigger, boolean]>([
  ["the same settings", live(), true],
  ["another order of methods", live({ methods: [...METHODS].reverse() }), true],
  ["settings that are not managed", live({}, config({ authType: "function", methods: METHODS, corsConfig: {} })), true],
  ["another alias", live({ qualifier: "other" }), false],
  ["no alias", live({}, { qualifier: undefined }), false],
  ["no description", live({}, { description: undefined }), false],
  ["no settings", live({}, { triggerConfig: undefined }), false],
  ["methods that are no list", live({}, config({ authType: "function", methods: "GET" })), false],
  [
    "an internet setting that is text",
    live({}, config({ authType: "function", methods: METHODS, disableURLInternet: "true" })),
    true,
  ],
  ["settings that are no JSON", live({}, { triggerConfig: "[" }), false],
  ["settings that are null", live({}, { triggerConfig: "null" }), false],
  ["no internet", live({ disableUrlInternet: true }), false],
])("a live trigger with %s matches: %j", (_what, trigger, matches) => {
  expect(triggerMatches(trigger, triggerBody(checked()))).toBe(matches);
});

it("two reads are the same only if all settings are, also those that are not managed", () => {
  const cors = (maxAge: number) => live({}, config({ authType: "function", methods: METHODS, corsConfig: { maxAge } }));
  expect(sameTrigger(cors(9), cors(9))).toBe(true);
  expect(sameTrigger(cors(9), cors(8))).toBe(false);
  expect(sameTrigger(live(), live({}, { qualifier: "other" }))).toBe(false);
  expect(sameTrigger(live(), { ...live(), lastModifiedTime: "later" })).toBe(true);
});

it("a live trigger without members is an empty request", () => {
  expect(bodyOf({})).toEqual({ qualifier: "", triggerConfig: "{}", description: "" });
});

it.each<[string, object, ObservedTrigger, string[]]>([
  ["a trigger with the defaults", {}, live(), []],
  ["other methods", {}, live({ methods: ["GET"] }), ["methods"]],
  ["another order of methods", {}, live({ methods: [...METHODS].reverse() }), []],
  ["the program's methods in another order", { methods: ["POST", "GET"] }, live({ methods: ["GET", "POST"] }), []],
  ["methods that the program mentions", { methods: ["GET"] }, live(), []],
  [
    "everything else",
    {},
    live({ authType: "anonymous", disableUrlInternet: true, description: "theirs" }),
    ["authType", "disableUrlInternet", "description"],
  ],
  ["a description that the program has", { description: "ours" }, live({ description: "theirs" }), []],
])("adoption of %s loses what the program does not mention", (_what, given, trigger, lost) => {
  expect(lostByTriggerAdoption(checked({ adopt: true, ...given }), trigger)).toEqual(lost);
});

it("a resource that does not adopt loses no setting", () => {
  expect(lostByTriggerAdoption(checked(), live({ methods: ["GET"] }))).toEqual([]);
});

it("outputs have the addresses and times that the service answers", () => {
  const inputs = checked();
  expect(triggerOutputs(inputs, {})).toEqual({ ...inputs, triggerId: "" });
  const httpTrigger = { urlInternet: "https://a", urlIntranet: "https://b" };
  expect(triggerOutputs(inputs, { triggerId: "t", httpTrigger, createdTime: "1", lastModifiedTime: "2" })).toEqual({
    ...inputs,
    ...{ triggerId: "t", url: "https://a", intranetUrl: "https://b", createdTime: "1", lastModifiedTime: "2" },
  });
});

it("a refresh has the live settings, and the description only if it differs", () => {
  const same = { qualifier: "prod", authType: "function", methods: METHODS, disableUrlInternet: false };
  expect(refreshedTrigger(checked(), live())).toEqual(same);
  expect(refreshedTrigger(checked({ description: "text" }), live({ description: "text" }))).toEqual(same);
  expect(refreshedTrigger(checked(), live({ description: "theirs" }))).toEqual({ ...same, description: "theirs" });
  expect(refreshedTrigger(checked({ description: "text" }), live())).toEqual({ ...same, description: "" });
  const bare = { qualifier: "LATEST", authType: "", methods: [], disableUrlInternet: false };
  expect(refreshedTrigger(checked(), {})).toEqual(bare);
  expect(refreshedTrigger(checked(), config({ authType: 7, methods: [1], disableURLInternet: true }))).toEqual({
    ...bare,
    ...{ methods: ["1"], disableUrlInternet: true },
  });
});

it("the name of a trigger in messages", () => {
  expect(triggerLabel(checked())).toBe("HTTP trigger live of function api (web)");
});
