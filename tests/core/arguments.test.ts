/**
 * `check` of each kind of resource with every value of the tables of `tests/grpc/badInput.ts`, without a process. A
 * wrong value is refused with its property, and the limits are accepted.
 */
import * as provider from "../../provider/v1";
import { UNKNOWN } from "../../provider/core/unknown";
import { TABLES } from "../grpc/badInput";
import { givenAt, leastAt, named, whole } from "../grpc/inputs";

const PLACE = { region: "cn-hangzhou", accountId: "0000123456789012" };

/**
 * The end of the message about a value that the program gave as a secret, from the usual message. It has no value. A
 * missing value is not hidden.
 */
function hiddenEnd(field: string, message: string): RegExp {
  if (message.startsWith(`${field}: required`)) return /: required; [^]*$/;
  if (!message.includes("; allowed")) return /: (got a secret that is refused|required.*)$/;
  return /: got a secret; allowed[^]*$/;
}

describe.each(TABLES)("%s", (kind, table) => {
  const check = (way: string, value: unknown, more: object = {}) =>
    provider[kind].check({}, { ...givenAt(PLACE, kind, way, value), ...more });

  it.each(Object.entries(table))("%s", async (way, { refused, accepted }) => {
    for (const [value, message] of refused) {
      const { failures } = await check(way, value);
      const reasons = failures.map(({ reason }) => reason);
      expect({ value, reasons }).toEqual({ value, reasons: [whole(way, message)] });
      const field = named(way).split(/[.[]/)[0] ?? "";
      const hidden = await check(way, value, { secretInputs: [field] });
      const [only, ...more] = hidden.failures.map(({ reason }) => reason);
      expect(only).toMatch(hiddenEnd(field, whole(way, message)));
      expect([only?.split(/[.[:]/)[0], more]).toEqual([whole(way, message).split(/[.[:]/)[0], []]);
    }
    for (const value of accepted) {
      const { failures } = await check(way, value);
      expect({ value, failures }).toEqual({ value, failures: [] });
    }
  });
});

it.each(TABLES.map(([kind]) => kind))("%s: a reason of the resource class is the only failure", async (kind) => {
  const least = leastAt(PLACE, kind);
  const { failures } = await provider[kind].check({}, { ...least, region: "", problem: "accountId: no provider" });
  expect(failures).toMatchObject([{ reason: "accountId: no provider" }]);
  expect(await provider[kind].check({}, { ...least, problem: UNKNOWN })).toMatchObject({ failures: [] });
});

it.each(["x urn:pulumi:dev", "urn:pulumi:dev::shop::t::a\nb", "urn:pulumi:", 5])(
  "a URN %j is refused",
  async (resourceUrn) => {
    const { failures } = await provider.Alias.check({}, { ...leastAt(PLACE, "Alias"), resourceUrn });
    expect(failures).toMatchObject([{ reason: expect.stringMatching(/^resourceUrn: got /) as string }]);
  },
);
