/** `pulumi import` of objects that were created by hand. It prints a program that changes nothing. */
import * as fc from "@alicloud/fc20230330";
import { changes, failure } from "../support/engine";
import { ByHand } from "../support/byHand";
import { type LanguageBench, hostsOnPath, languageBench } from "../support/languages";

jest.setTimeout(600_000);

/** The mark of another stack's resource. */
const THEIRS = "[fcp:0123456789ab:shop/prod/api]";
const EMPTY = "name: canary\nruntime: yaml\n";

let bench: LanguageBench;
let hand: ByHand;

beforeAll(async () => {
  bench = await languageBench((program) => program.file("Pulumi.yaml", EMPTY), hostsOnPath("yaml"));
  hand = new ByHand(bench.emulator);
  await hand.create("shop");
  await hand.publish("shop");
  await hand.update("shop", { timeout: 30 });
  await hand.publish("shop");
  await hand.createAlias("shop", "prod", { versionId: "1", additionalVersionWeight: { "2": 0.005 } });
  await hand.createAlias("shop", "whole", { versionId: "2", description: "for everybody" });
  await trigger("web", "prod", { authType: "anonymous", methods: ["GET", "POST"] });
  await hand.createAlias("shop", "theirs", { versionId: "1", description: THEIRS });
  await trigger("theirs", "1", { authType: "function", methods: ["GET"] }, THEIRS);
  // The service accepts one version beside the main version today. An old alias may have more of them.
  const three = await hand.createAlias("shop", "three", { versionId: "1", additionalVersionWeight: { "2": 0.1 } });
  Object.assign(bench.emulator.store.functions.get("shop")?.aliases.get("three") ?? {}, {
    additionalVersionWeight: { ...three.additionalVersionWeight, "3": 0.2 },
  });
});

afterAll(() => bench.close());

/** Makes an HTTP trigger by hand. */
async function trigger(triggerName: string, qualifier: string, config: object, description = "") {
  const body = new fc.CreateTriggerInput({
    ...{ triggerName, qualifier, description, triggerType: "http", triggerConfig: JSON.stringify(config) },
  });
  await hand.settled(
    hand.sdk.createTriggerWithOptions("shop", new fc.CreateTriggerRequest({ body }), {}, hand.runtime),
  );
}

const idOf = (rest: string) => `${bench.emulator.region}:${bench.emulator.accountId}:${rest}`;

/** Imports without a write. Returns what it printed. */
async function imported(kind: string, name: string, rest: string): Promise<string> {
  const from = bench.emulator.mutations().length;
  const printed = await bench.command(
    "import",
    `alicloud-fc:index:${kind}`,
    name,
    idOf(rest),
    "--yes",
    "--stack",
    "test",
  );
  expect(bench.sent(from)).toEqual([]);
  return printed;
}

it("prints a program for each object, and this program changes nothing", async () => {
  const kinds = [
    ["Function", "fn", "shop"],
    ["Alias", "live", "shop/prod"],
    ["Alias", "whole", "shop/whole"],
    ["HttpTrigger", "web", "shop/triggers:web"],
  ] as const;
  const resources: string[] = [];
  for (const [kind, name, rest] of kinds) {
    const printed = await imported(kind, name, rest);
    resources.push(/^resources:\n([\s\S]*)/m.exec(printed)?.[1] ?? "");
  }
  bench.program.file("Pulumi.yaml", `${EMPTY}resources:\n${resources.join("")}`);
  expect(changes((await bench.stack.preview()).changeSummary)).toEqual({});
  // The main version of an alias is not in the program, so that no new code gets all traffic at once.
  expect(resources.join("")).not.toMatch(/^ {6}versionId:/m);
});

it.each([
  // Ids of another form, of another kind, and without a region.
  ["Alias", "shop/triggers:web", "allowed: <region>:<account id>:<function>/<alias>"],
  ["HttpTrigger", "shop/web", "allowed: <region>:<account id>:<function>/triggers:<trigger>"],
  // Objects that do not exist.
  ["Alias", "shop/gone", "shop/gone does not exist"],
  ["HttpTrigger", "shop/triggers:gone", "shop/triggers:gone does not exist"],
  // Objects of another resource.
  ["Alias", "shop/theirs", "it belongs to shop/prod/api and was not imported"],
  ["HttpTrigger", "shop/triggers:theirs", "it belongs to shop/prod/api and was not imported"],
  // An object that no program can describe.
  ["Alias", "shop/three", "versions: got 3; allowed: a main version and one more"],
  // Kinds that come into state in another way.
  ["Version", "shop/versions:1", "pulumi up finds the one that holds what LATEST holds"],
  ["Release", "shop/prod", "set adopt: true, and pulumi up takes the alias over"],
])("refuses %s %s with a message, and sends nothing", async (kind, rest, words) => {
  expect(await failure(imported(kind, "refused", rest))).toContain(words);
});
