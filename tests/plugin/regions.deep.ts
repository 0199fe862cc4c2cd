/**
 * One program with two explicit providers in two regions and a canary in each. Requests for one region are never sent
 * to the other.
 */
import type * as automation from "@pulumi/pulumi/automation";
import { hostsOnPath } from "../support/languages";
import { type ProgramFolder, programFolder } from "../support/program";
import { FIRST, NEXT, NORTH, SOUTH, SOUTH_ENDPOINT, type TwoRegions, seen, twoRegions } from "../support/twoRegions";

jest.setTimeout(600_000);

let regions: TwoRegions;
let program: ProgramFolder;
let stack: automation.Stack;

/** A release in one of the regions. The names are the same in both regions. */
const release = (side: string, weight: number) => `
  ${side}:
    type: alicloud-fc:CanaryRelease
    properties:
      function: { functionName: api, runtime: nodejs20, handler: index.handler, code: ./${side} }
      aliasName: prod
      weight: ${weight}
    options: { provider: "\${in-${side}}" }
  web-${side}:
    type: alicloud-fc:HttpTrigger
    properties:
      function: { functionName: "\${${side}.function.functionName}" }
      triggerName: web
      qualifier: prod
    options: { provider: "\${in-${side}}", dependsOn: ["\${${side}}"] }
`;

const write = (weights: { north: number; south: number }) =>
  program.file(
    "Pulumi.yaml",
    `name: regions
runtime: yaml
resources:
  in-north:
    type: pulumi:providers:alicloud-fc
    properties: { region: ${NORTH.region}, accountId: "${NORTH.accountId}", profile: north }
  in-south:
    type: pulumi:providers:alicloud-fc
    properties: { region: ${SOUTH.region}, accountId: "${SOUTH.accountId}", profile: south, endpoint: ${SOUTH_ENDPOINT} }
${release("north", weights.north)}${release("south", weights.south)}`,
  );

const code = (side: string, answer: string) =>
  program.file(`${side}/index.js`, `exports.handler = async () => ${JSON.stringify(answer)};\n`);

beforeAll(async () => {
  regions = await twoRegions();
  program = programFolder("regions", "");
  stack = await program.stack({ ...regions.env, ...hostsOnPath("yaml") });
});

afterAll(async () => {
  program.remove();
  await regions.close();
});

it("creates objects of the same names in both regions, each with account and keys of its provider", async () => {
  code("north", "n1");
  code("south", "s1");
  write({ north: 5, south: 2 });
  expect(await regions.sentBy(() => stack.up())).toEqual({ north: FIRST, south: FIRST });
  const whole = { versionId: "1", additionalVersionWeight: {}, triggers: ["web"] };
  expect(await seen(regions.north)).toEqual({
    ...whole,
    functionArn: "acs:fc:cn-beijing:1111222233334444:functions/api",
  });
  expect(await seen(regions.south)).toEqual({
    ...whole,
    functionArn: "acs:fc:cn-shenzhen:5555666677778888:functions/api",
  });
});

it("runs a canary in each, with its own weight", async () => {
  code("north", "n2");
  code("south", "s2");
  expect(await regions.sentBy(() => stack.up())).toEqual({ north: NEXT, south: NEXT });
  expect(await seen(regions.north)).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.05 } });
  expect(await seen(regions.south)).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.02 } });
});

it("a weight step in one region sends nothing to the other", async () => {
  write({ north: 100, south: 2 });
  expect(await regions.sentBy(() => stack.up({ refresh: true }))).toEqual({ north: ["UpdateAlias"], south: [] });
  expect(await seen(regions.north)).toMatchObject({ versionId: "2", additionalVersionWeight: {} });
  expect(await seen(regions.south)).toMatchObject({ versionId: "1", additionalVersionWeight: { "2": 0.02 } });
});

it("a destroy deletes everything in both regions", async () => {
  await stack.destroy({ refresh: true });
  expect(await regions.functions()).toEqual([]);
});
