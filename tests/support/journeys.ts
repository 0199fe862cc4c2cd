/** Tests of a release from its first version to the destroy of the stack. They run for programs in every language. */
import { changes, failure } from "./engine";
import { type LanguageBench, type WriteProgram, languageBench } from "./languages";

/** Registers the tests. They run one after the other on one stack. */
export function journeys(write: WriteProgram, env: () => Record<string, string>): void {
  // Building a language host or a Go program takes minutes, once.
  jest.setTimeout(600_000);
  let bench: LanguageBench;

  beforeAll(async () => {
    bench = await languageBench(write, env());
  });

  afterAll(() => bench.close());

  it("the first release gets all traffic", async () => {
    bench.code("one");
    expect(await bench.up()).toEqual({
      split: { "1": 100 },
      sent: ["CreateFunction", "PublishFunctionVersion", "CreateAlias"],
    });
  });

  it("new code gets the weight in config, and more by one call", async () => {
    bench.code("two");
    await bench.config({ "canary:weight": "5" });
    expect(await bench.up()).toEqual({
      split: { "1": 95, "2": 5 },
      sent: ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"],
    });
    await bench.config({ "canary:weight": "v2=25" });
    expect((await bench.stack.preview()).stdout).toContain("v1 95→75 %, v2 5→25 %");
    expect(await bench.up()).toEqual({ split: { "1": 75, "2": 25 }, sent: ["UpdateAlias"] });
  });

  it("weight 100 promotes", async () => {
    await bench.config({ "canary:weight": "100" });
    expect(await bench.up()).toEqual({ split: { "2": 100 }, sent: ["UpdateAlias"] });
  });

  it("new code starts at the first step, also with a weight left in config", async () => {
    bench.code("three");
    expect((await bench.up()).split).toEqual({ "2": 95, "3": 5 });
  });

  it("a rejection goes back to the stable version", async () => {
    await bench.config({ "canary:reject": "v3" });
    expect(await bench.up()).toEqual({ split: { "2": 100 }, sent: ["UpdateAlias"] });
  });

  it("without a change the preview shows no change and nothing is sent", async () => {
    expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
    expect((await bench.up()).sent).toEqual([]);
  });

  it("the same files as an archive of the language are not new code", async () => {
    write(bench.program, { archive: true });
    const { split, sent } = await bench.up();
    expect(split).toEqual({ "2": 100 });
    expect(sent).not.toContain("PublishFunctionVersion");
    write(bench.program);
    expect((await bench.up()).sent).not.toContain("PublishFunctionVersion");
  });

  it("a config key that does not exist is refused with its name", async () => {
    await bench.config({ "canary:for": "v3" });
    expect(await failure(bench.stack.preview())).toContain("write the version into the weight: canary:weight v8=25");
    await bench.config({ "canary:for": undefined });
  });

  it("a change of only the description of the next version sends nothing", async () => {
    write(bench.program, { versionDescription: "other words" });
    expect((await bench.up()).sent).toEqual([]);
    write(bench.program);
  });

  it("a plain version whose description alone changed is refused in the preview, because there is nothing to publish", async () => {
    write(bench.program, { words: "first words" });
    expect((await bench.up()).sent).toEqual([]);
    write(bench.program, { words: "second words" });
    const from = bench.emulator.requests.length;
    const message = await failure(bench.stack.preview());
    expect(message).toContain(
      'version words of function api: only the description changed (to "second words"), and version 3 already holds this code and configuration.',
    );
    const { deployment } = (await bench.stack.exportStack()) as { deployment: { resources: { urn: string }[] } };
    const own = deployment.resources.find(({ urn }) => urn.endsWith("::words"))?.urn ?? "";
    expect(message).toContain(`pulumi up --target '${own.replace("Version::words", "Alias::<alias>")}'`);
    const writing = /^(Create|Update|Publish|Delete|Put)/;
    expect(bench.emulator.requests.slice(from).filter(({ operation }) => writing.test(operation))).toEqual([]);
    write(bench.program);
    expect((await bench.up()).sent).toEqual([]);
  });

  it("destroy leaves nothing", async () => {
    await bench.stack.destroy();
    expect(bench.emulator.mutations().at(-1)?.operation).toBe("DeleteFunction");
  });
}
