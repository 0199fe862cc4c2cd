/** The program that is measured: functions, each with a version and an alias, as a user writes them. */
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
    code: "./src",
    memorySize: 512,
    timeout: 30,
    environmentVariables: { STAGE: "bench" },
  });
  const version = new fc.Version(functionName, { function: fn });
  new fc.Alias(functionName, { function: fn, aliasName: "prod", canary: { versionId: version.versionId, weight } });
}
