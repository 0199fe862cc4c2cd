import * as fc from "@alicloud/fc20230330";

import { CREATE_FIELDS, UPDATE_FIELDS } from "../../emulator/service/fields";
import { matchRoute, ROUTES } from "../../emulator/service/routes";
import { Api, refusal, useEmulator } from "./support";

/** Operations of the SDK: every method that also has a form `...WithOptions`. */
const SDK_OPERATIONS = Object.getOwnPropertyNames(fc.default.prototype)
  .filter((name) => name.endsWith("WithOptions"))
  .map((name) => name.charAt(0).toUpperCase() + name.slice(1).replace("WithOptions", ""))
  .sort();

const emulator = useEmulator();

it("every operation of the SDK has exactly one route", () => {
  expect(ROUTES.map((route) => route.operation).sort()).toEqual(SDK_OPERATIONS);
});

it("every field of the SDK's function inputs is known", () => {
  const names = (model: { names(): Record<string, string> }): string[] => Object.values(model.names());
  const known = (fields: readonly string[]): string[] => [...fields].sort();
  expect(known(CREATE_FIELDS)).toEqual(names(fc.CreateFunctionInput).sort());
  expect(known(UPDATE_FIELDS.filter((name) => name !== "functionName"))).toEqual(names(fc.UpdateFunctionInput).sort());
});

it.each([
  ["GET", "/2023-03-30/functions/", undefined],
  ["GET", "/2023-03-30/functions/a%2Fb", "a/b"],
  ["GET", "/2023-03-30/functions/..", ".."],
  ["GET", "/2016-08-15/functions/a", undefined],
])("the path of %s %s contains the function %s", (method, path, name) => {
  expect(matchRoute(method, path)?.params["functionName"]).toBe(name);
});

it("an operation that is not emulated is refused by name, and is not recorded as applied", async () => {
  const { sdk } = new Api(emulator());
  const body = new fc.CreateSessionInput({});
  const error = await refusal(sdk.createSession("f", new fc.CreateSessionRequest({ body })));
  expect(error).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
  expect(error.message).toContain("CreateSession");
  expect(emulator().mutations()).toEqual([]);
});
