/** A live stack changes its language in the middle of a canary: nothing is shown, nothing is sent, nothing is lost. */
import { changes } from "../support/engine";
import { type LanguageBench, hostsOnPath, inJavaScript, inYaml, languageBench } from "../support/languages";

jest.setTimeout(600_000);

let bench: LanguageBench;

beforeAll(async () => {
  bench = await languageBench(inJavaScript, hostsOnPath("yaml"));
});

afterAll(() => bench.close());

interface State {
  readonly deployment: { readonly resources?: { type: string; inputs?: object; outputs?: object }[] };
}

/** What the engine keeps of our resources, without what names a form. */
async function state(): Promise<object[]> {
  const { deployment } = (await bench.stack.exportStack()) as State;
  const ours = (deployment.resources ?? []).filter(({ type }) => /alicloud-fc:(index:)?[A-Z]/.test(type));
  return ours.map(({ type, inputs = {}, outputs = {} }) => ({
    kind: type.split(":").at(-1),
    inputs: { ...inputs, resourceUrn: undefined },
    outputs: { ...outputs, resourceUrn: undefined },
  }));
}

/** Ciphertexts differ with every write. */
function plain(resources: object[]): unknown {
  return JSON.parse(JSON.stringify(resources, (key, value: unknown) => (key === "ciphertext" ? "…" : value)));
}

async function unchanged(): Promise<void> {
  const from = bench.emulator.mutations().length;
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
  const { summary } = await bench.stack.up();
  expect(changes(summary.resourceChanges)).toEqual({});
  expect(bench.sent(from)).toEqual([]);
}

it("JavaScript to YAML and back, at 5 %", async () => {
  await bench.up();
  bench.code("two");
  await bench.config({ "canary:weight": "5" });
  expect((await bench.up()).split).toEqual({ "1": 95, "2": 5 });
  const before = plain(await state());
  expect(before).toHaveLength(4);
  inYaml(bench.program);
  await unchanged();
  expect(plain(await state())).toEqual(before);
  inJavaScript(bench.program);
  await unchanged();
  expect(plain(await state())).toEqual(before);
});

it("what one language began the other goes on with", async () => {
  inYaml(bench.program);
  await bench.config({ "canary:weight": "25" });
  expect(await bench.up()).toEqual({ split: { "1": 75, "2": 25 }, sent: ["UpdateAlias"] });
  inJavaScript(bench.program);
  await unchanged();
  await bench.config({ "canary:weight": "100" });
  expect(await bench.up()).toEqual({ split: { "2": 100 }, sent: ["UpdateAlias"] });
});

it("a refresh in the other language finds nothing to say", async () => {
  inYaml(bench.program);
  expect(changes((await bench.stack.refresh()).summary.resourceChanges)).toEqual({});
  await unchanged();
});

it("made in YAML, ended in JavaScript", async () => {
  bench.code("three");
  expect((await bench.up()).split).toEqual({ "2": 95, "3": 5 });
  inJavaScript(bench.program);
  await unchanged();
  await bench.stack.destroy();
  expect(bench.emulator.mutations().at(-1)?.operation).toBe("DeleteFunction");
});
