/** Which version an answer of InvokeFunction names, and whether the function failed. */
import { functionFailed, versionNamed } from "../../provider/core/invocation";

const FIRST = "x-fc-invocation-function-version";
const SECOND = "x-fc-invocation-service-version";

it.each<[Record<string, string>, { header: string; versionId: string } | undefined]>([
  [{}, undefined],
  [{ [FIRST]: "12" }, { header: FIRST, versionId: "12" }],
  [{ [SECOND]: "3" }, { header: SECOND, versionId: "3" }],
  [
    { [FIRST]: "1", [SECOND]: "2" },
    { header: FIRST, versionId: "1" },
  ],
  [
    { [FIRST]: "prod", [SECOND]: "2" },
    { header: SECOND, versionId: "2" },
  ],
  [{ [SECOND]: "LATEST" }, undefined],
  [{ [SECOND]: "v2" }, undefined],
  [{ [SECOND]: "2-beta" }, undefined],
])("%j names %j", (headers, named) => {
  expect(versionNamed({ headers })).toEqual(named);
});

it("a function failed if the service names the type of its error", () => {
  expect(functionFailed({ headers: { "x-fc-error-type": "HandledInvocationError" } })).toBe(true);
  expect(functionFailed({ headers: { [FIRST]: "1" } })).toBe(false);
});
