/** What the answer of each operation must contain. The members are those of the sample answers of API 2023-03-30. */
import { type Operation, readAnswer } from "../../provider/client/answers";
import type { FcError } from "../../provider/client/errors";

const FUNCTION = { functionName: "api", functionId: "id", runtime: "nodejs20" };
const ALIAS = { aliasName: "prod", versionId: "1" };
const TRIGGER = { triggerName: "web", triggerType: "http", triggerConfig: "{}" };

/** Operations whose answer is an object, with the members that it must have. */
const OBJECTS: [Operation, Record<string, string>][] = [
  ["GetFunction", FUNCTION],
  ["CreateFunction", FUNCTION],
  ["UpdateFunction", FUNCTION],
  ["GetFunctionCode", { url: "https://code" }],
  ["PublishFunctionVersion", { versionId: "1" }],
  ["GetAlias", ALIAS],
  ["CreateAlias", { aliasName: "prod" }],
  ["UpdateAlias", { aliasName: "prod" }],
  ["GetTrigger", TRIGGER],
  ["CreateTrigger", { triggerName: "web" }],
  ["UpdateTrigger", { triggerName: "web" }],
  ["ChangeResourceGroup", {}],
  ["InvokeFunction", {}],
];

/** Operations whose answer is a list, with its name and the members that each item must have. */
const LISTS: [Operation, string, Record<string, string>][] = [
  ["ListFunctionVersions", "versions", { versionId: "1" }],
  ["ListAliases", "aliases", ALIAS],
  ["ListTriggers", "triggers", { triggerName: "web" }],
  ["ListAsyncInvokeConfigs", "configs", { functionArn: "arn" }],
  ["ListCustomDomains", "customDomains", { domainName: "example.com" }],
];

/** Operations whose answer has no body. */
const EMPTY: Operation[] = [
  ...(["DeleteFunction", "DeleteFunctionVersion", "DeleteAlias", "DeleteTrigger", "TagResources"] as const),
  "UntagResources",
];

const read = (operation: Operation, body: unknown, statusCode = 200) =>
  readAnswer(operation, { statusCode, body }, { requestId: "1-2" });

function errorOf(operation: Operation, body: unknown, statusCode?: number): FcError {
  try {
    read(operation, body, statusCode);
  } catch (error) {
    return error as FcError;
  }
  throw new Error("it was accepted");
}

/** Each way in which a member can be missing. */
function without(object: Record<string, string>, member: string): unknown[] {
  const { [member]: _gone, ...rest } = object;
  return [rest, { ...rest, [member]: null }, { ...rest, [member]: "" }];
}

describe.each(OBJECTS)("%s", (operation, body) => {
  it("is accepted with its members, and refused without one of them", () => {
    expect(read(operation, body)).toBe(body);
    for (const member of Object.keys(body))
      for (const incomplete of without(body, member))
        expect(errorOf(operation, incomplete).message).toContain(
          `${operation}: the answer lacks ${member} (HTTP 200, request id 1-2)`,
        );
  });

  it.each([undefined, null, "text"])("is refused with the body %j", (none) => {
    expect(errorOf(operation, none)).toMatchObject({
      message: expect.stringContaining(`${operation}: the answer lacks a body (HTTP 200, request id 1-2)`) as string,
      ...{ outcome: "unknown", code: "Transport", status: 200, requestId: "1-2" },
    });
  });

  it.each([202, 204, 302])("is refused with status %i", (status) => {
    expect(errorOf(operation, body, status).message).toContain(`unexpected HTTP status ${status} (request id 1-2)`);
  });
});

describe.each(LISTS)("%s", (operation, name, item) => {
  it("is accepted with any number of complete items, and refused with an incomplete one", () => {
    for (const items of [[], [item], [item, item]])
      expect(read(operation, { [name]: items })).toEqual({ [name]: items });
    for (const member of Object.keys(item))
      for (const incomplete of without(item, member))
        expect(errorOf(operation, { [name]: [item, incomplete] }).message).toContain(`the answer lacks ${member} (`);
    expect(errorOf(operation, { [name]: [null] }).message).toContain("the answer lacks a body (");
  });

  it.each([undefined, null, "text", {}])("is refused with the list %j", (list) => {
    expect(errorOf(operation, { [name]: list }).message).toContain(`the answer lacks ${name} (`);
  });
});

it.each(EMPTY)("%s has no body, and succeeds with status 204 alone", (operation) => {
  expect(read(operation, undefined, 204)).toBeUndefined();
  expect(read(operation, { any: "thing" }, 204)).toBeUndefined();
  for (const status of [200, 302]) {
    const { message } = errorOf(operation, {}, status);
    expect(message).toBe(
      `${operation}: unexpected HTTP status ${status} (request id 1-2); the request may have been applied`,
    );
  }
});

it("an invocation succeeds with status 200 alone, and a change with 200 and 201", () => {
  expect(errorOf("InvokeFunction", {}, 201).message).toContain("unexpected HTTP status 201");
  expect(read("CreateAlias", ALIAS, 201)).toBe(ALIAS);
});

it("an answer without a status or a request id is refused, and the error says so", () => {
  expect(() => readAnswer("GetAlias", { body: ALIAS }, {})).toThrow(
    "GetAlias: unexpected HTTP status 0 (request id none)",
  );
});
