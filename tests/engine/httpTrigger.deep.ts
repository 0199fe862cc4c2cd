/** HTTP triggers on the real engine: a URL serves its alias during a release, and is deleted before its function. */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, changes, failure, workbench } from "../support/engine";

let bench: Workbench;
let methods: string[] | undefined;
let weight: string | undefined;

beforeAll(async () => {
  bench = await workbench(async (source) => {
    const release = new fc.CanaryRelease("web", {
      function: {
        functionName: "web",
        runtime: "nodejs20",
        handler: "index.handler",
        code: source,
        logConfig: { project: "p", logstore: "l" },
      },
      aliasName: "live",
      httpTrigger: { authType: "anonymous", ...(methods === undefined ? {} : { methods }) },
      candidate: { aliasName: "candidate", httpTrigger: { triggerName: "preview", authType: "anonymous" } },
      ...(weight === undefined ? {} : { weight }),
    });
    return Promise.resolve({ url: release.url, previewUrl: release.previewUrl });
  });
});

afterAll(() => bench.close());

async function up(): Promise<{ url: string; previewUrl: string; applied: string[] }> {
  const from = bench.emulator.mutations().length;
  const { outputs } = await bench.stack.up();
  const text = (name: string) => String(outputs[name]?.value);
  return { url: text("url"), previewUrl: text("previewUrl"), applied: bench.applied(from) };
}

const call = async (address: string) => await (await fetch(address)).text();

it("creates a URL for the alias and a URL for LATEST, and the log has one row for each request", async () => {
  const { url, previewUrl, applied } = await up();
  expect(applied.filter((operation) => operation === "CreateTrigger")).toHaveLength(2);
  expect([await call(url), await call(previewUrl)]).toEqual(["one", "one"]);
  const live = bench.emulator.store.functions.get("web");
  expect(live?.config["logConfig"]).toMatchObject({ enableRequestMetrics: true });
  expect([...(live?.triggers.keys() ?? [])]).toEqual(expect.arrayContaining(["live", "preview"]));
});

it("new code with weight 0 answers only at the URL of LATEST", async () => {
  const before = await up();
  expect(before.applied).toEqual([]);
  bench.write("two");
  weight = "0";
  const { url, previewUrl } = await up();
  expect({ url, previewUrl }).toEqual({ url: before.url, previewUrl: before.previewUrl });
  bench.emulator.options.random = () => 0;
  expect([await call(url), await call(previewUrl)]).toEqual(["one", "two"]);
});

it("changes the methods of a trigger in place, and undoes a change by hand", async () => {
  methods = ["GET"];
  const { url, applied } = await up();
  expect(applied).toEqual(["UpdateTrigger"]);
  expect((await fetch(url, { method: "POST" })).status).toBe(403);
  const trigger = bench.emulator.store.functions.get("web")?.triggers.get("live");
  if (trigger === undefined) throw new Error("the trigger is gone");
  trigger.qualifier = "LATEST";
  await bench.stack.refresh();
  expect((await up()).applied).toEqual(["UpdateTrigger"]);
  expect(trigger.qualifier).toBe("live");
});

it("creates a trigger again that was deleted by hand", async () => {
  bench.emulator.store.functions.get("web")?.triggers.delete("preview");
  await bench.stack.refresh();
  const { applied, previewUrl } = await up();
  expect(applied).toEqual(["CreateTrigger"]);
  expect(await call(previewUrl)).toBe("two");
});

it("refuses a trigger of another owner, and changes nothing", async () => {
  const trigger = bench.emulator.store.functions.get("web")?.triggers.get("live");
  if (trigger === undefined) throw new Error("the trigger is gone");
  const { description } = trigger;
  trigger.description = "by hand [fcp:0123456789ab]";
  methods = ["POST"];
  const from = bench.emulator.mutations().length;
  expect(await failure(bench.stack.up())).toContain("it belongs to another resource, whose owner id is 0123456789ab");
  expect(bench.applied(from)).toEqual([]);
  trigger.description = description;
});

it("destroys triggers before aliases, versions and the function", async () => {
  const from = bench.emulator.mutations().length;
  const { summary } = await bench.stack.destroy();
  expect(changes(summary.resourceChanges)).toEqual({ delete: 8 });
  const applied = bench.applied(from);
  expect(applied.slice(0, 2)).toEqual(["DeleteTrigger", "DeleteTrigger"]);
  expect(applied.at(-1)).toBe("DeleteFunction");
});
