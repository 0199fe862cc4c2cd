import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";

const config = new pulumi.Config();

const fn = new fc.Function("api", {
  functionName: "canary-example",
  runtime: "nodejs20",
  handler: "index.handler",
  code: "./src",
});

// A version is published only if the function's code or configuration changed.
const version = new fc.Version("api", { function: fn });

// The main version does not change until the weight is 100. In the first run, the first version gets all traffic.
const alias = new fc.Alias("api-prod", {
  function: fn,
  aliasName: "prod",
  canary: { versionId: version.versionId, weight: config.getNumber("weight") ?? 0 },
});

export const versionId = version.versionId;
export const split = alias.split;
