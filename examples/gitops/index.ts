import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";

const logs = new pulumi.Config().getObject<fc.LogStore>("logs");

// The stacks share an account, so each has its own function. The RAM policies allow only functions whose names begin in
// this way.
const release = new fc.CanaryRelease("api", {
  function: {
    functionName: `gitops-example-${pulumi.getStack()}`,
    runtime: "nodejs20",
    handler: "index.handler",
    code: "./src",
    // Function Compute writes a row for each request to this logstore. `canary:weight auto` judges by these rows.
    ...(logs && { logConfig: logs }),
  },
  aliasName: "live",
  // Reads canary:weight, canary:reject and the other keys from Pulumi.<stack>.yaml.
  ...fc.releaseConfig(),
});

export const split = release.split;
export const phase = release.phase;
