/** The program that is measured: functions, each with a version and an alias, as in the program of a user. */
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";

const config = new pulumi.Config();
const count = config.requireNumber("functions");
const weight = config.getNumber("weight") ?? 0;

for (let index = 0; index < count; index++) {
  const functionName = `bench-${index}`;
  const fn = new fc.Function(functionName, {
    functionName,
    runtime: "nodejs20",
    handler: "index.handler",
    // One function has a canary.
    code: index === 0 ? "./canary" : "./src",
    memorySize: 512,
    timeout: 30,
    environmentVariables: { STAGE: "bench" },
  });
  const { versionId } = new fc.Version(functionName, { function: fn });
  const canary = { versionId, weight: index === 0 ? weight : 0 };
  new fc.Alias(functionName, { function: fn, aliasName: "prod", canary });
}
