/** One program with resources in two regions and a canary in each. Requests for one region are never sent to the other. */
import type * as automation from "@pulumi/pulumi/automation";
import { type ProgramFolder, programFolder } from "../support/program";
import { root } from "../support/root";
import { FIRST, NEXT, NORTH, SOUTH, SOUTH_ENDPOINT, type TwoRegions, seen, twoRegions } from "../support/twoRegions";

jest.setTimeout(600_000);

const PLACES = {
  north: { ...NORTH, profile: "north" },
  south: { ...SOUTH, profile: "south", endpoint: SOUTH_ENDPOINT },
};

/** A release and a trigger in each of two regions. The names are the same in both regions. */
const PROGRAM = `
const fc = require("pulumi-alicloud-fc");
const places = ${JSON.stringify(PLACES)};
for (const [side, weight] of Object.entries(require("./weights.json"))) {
  const settings = { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./" + side };
  const release = new fc.CanaryRelease(side, { function: settings, aliasName: "prod", weight, ...places[side] });
  new fc.HttpTrigger(side, { function: release.function, triggerName: "web", qualifier: "prod", ...places[side] }, { dependsOn: release });
}
`;

let regions: TwoRegions;
let program: ProgramFolder;
let stack: automation.Stack;

const weights = (north: number, south: number) => program.file("weights.json", JSON.stringify({ north, south }));
const code = (side: string, answer: string) =>
  program.file(`${side}/index.js`, `exports.handler = async () => ${JSON.stringify(answer)};\n`);

beforeAll(async () => {
  regions = await twoRegions();
  program = programFolder("regions", PROGRAM);
  program.link("node_modules/pulumi-alicloud-fc", root);
  stack = await program.stack(regions.env);
});

afterAll(async () => {
  program.remove();
  await regions.close();
});

it("creates objects of the same names in both regions, and runs a canary with another weight in each", async () => {
  weights(5, 2);
  code("north", "n1");
  code("south", "s1");
  expect(await regions.sentBy(() => stack.up())).toEqual({ north: FIRST, south: FIRST });
  code("north", "n2");
  code("south", "s2");
  expect(await regions.sentBy(() => stack.up())).toEqual({ north: NEXT, south: NEXT });
  const canary = { versionId: "1", triggers: ["web"] };
  expect(await seen(regions.north)).toEqual({
    ...canary,
    additionalVersionWeight: { "2": 0.05 },
    functionArn: "acs:fc:cn-beijing:1111222233334444:functions/api",
  });
  expect(await seen(regions.south)).toEqual({
    ...canary,
    additionalVersionWeight: { "2": 0.02 },
    functionArn: "acs:fc:cn-shenzhen:5555666677778888:functions/api",
  });
});

it("a weight step in one region sends nothing to the other; a destroy deletes everything in both", async () => {
  weights(100, 2);
  expect(await regions.sentBy(() => stack.up({ refresh: true }))).toEqual({ north: ["UpdateAlias"], south: [] });
  expect(await seen(regions.south)).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.02 } });
  await stack.destroy();
  expect(await regions.functions()).toEqual([]);
});
