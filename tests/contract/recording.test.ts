/** How answers are recorded and compared. `contract.test.ts` tests that the recordings of all cases do not depend on the region. */
import { ALL } from "./cases";
import { differences, recorded } from "./recording";
import { DEFAULTS, emulatorTarget } from "./targets";

const run = { accountId: "0000111122223333", region: "cn-x", names: ["made"] };
const asked = (body: unknown, status = 200) => ({ operation: "GetFunction", status, body, headers: {} });

describe("references", () => {
  it("references are the same for the same id, and differ for another id", () => {
    const id = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
    const other = id.replaceAll("a", "b");
    const [first, second] = recorded([asked({ functionId: id }), asked({ functionId: other, text: `of ${id}` })], run);
    expect(first?.body).toEqual({ functionId: "<functionId 1>" });
    expect(second?.body).toEqual({ functionId: "<functionId 2>", text: "of <functionId 1>" });
  });

  it("references replace account, region, names, times, request ids and addresses, also inside of texts and field names", () => {
    const body = {
      functionArn: "acs:fc:cn-x:0000111122223333:functions/made",
      createdTime: "2026-01-02T03:04:05Z",
      startedTime: 1767323045000,
      endTime: 0,
      RequestId: "1-00000000-00000000-000000000000",
      url: "http://127.0.0.1:1/x",
      environmentVariables: { made: "1-00000000-00000000-000000000000" },
      weights: [0.5, null, true],
    };
    expect(recorded([asked(body)], run)[0]?.body).toEqual({
      functionArn: "acs:fc:<region>:<account>:functions/<name 1>",
      createdTime: "<time>",
      startedTime: "<time>",
      endTime: 0,
      RequestId: "<RequestId 1>",
      url: "<url>",
      environmentVariables: { "<name 1>": "<request>" },
      weights: [0.5, null, true],
    });
  });

  it("a wait is one call", () => {
    expect(recorded([asked({ state: "Pending" }), asked({ state: "Pending" }), asked({})], run)).toHaveLength(2);
  });
});

describe("differences", () => {
  const call = { operation: "GetAlias", status: 200, body: { list: [{ a: 1 }], none: null } };

  it.each<[string, object, string[]]>([
    ["a status", { ...call, status: 201 }, ["call 1, GetAlias.status: emulator 200; service 201"]],
    ["a field more", { ...call, body: { ...call.body, b: {} } }, ["call 1, GetAlias.body.b: emulator nothing; service {}"]],
    ["null for nothing", { ...call, body: { list: [{ a: 1 }] } }, ["call 1, GetAlias.body.none: emulator null; service nothing"]],
    ["a value in a list", { ...call, body: { list: [{ a: "1" }], none: null } }, ['call 1, GetAlias.body.list[0].a: emulator 1; service "1"']],
    ["a longer list", { ...call, body: { list: [], none: null } }, ['call 1, GetAlias.body.list: emulator [{"a":1}]; service []']],
    ["another call", { ...call, operation: "GetFunction" }, ["calls: emulator GetAlias; service GetFunction"]],
    ["nothing", call, []],
  ])("name %s", (_what, other, expected) => {
    expect(differences([call], [other as typeof call])).toEqual(expected);
  }); // prettier-ignore

  it("recordings contain the code of a refusal and not its message", () => {
    const refused = { operation: "GetAlias", status: 404, code: "AliasNotFound", message: "one" };
    expect(differences([refused], [{ ...refused, message: "another" }])).toEqual([]);
    expect(differences([refused], [{ ...refused, code: "NotFound" }])).toHaveLength(1);
  });

  it("recordings show behaviour that differs from the emulator", async () => {
    const single = ALL.find(
      ({ name }) => name === "whether GetFunction answers the description of the version or of the function",
    );
    if (single === undefined) throw new Error("the case is gone");
    const emulator = await emulatorTarget();
    const switches = { ...DEFAULTS, versionDescription: "function" as const };
    const [mine, its] = [await emulator.run(single, DEFAULTS), await emulator.run(single, switches)];
    await emulator.close();
    expect(differences(mine, its)).toEqual([
      'call 3, GetFunction.body.description: emulator "of the version"; service "of the function"',
    ]);
  });
});
