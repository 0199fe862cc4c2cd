import * as fc from "pulumi-alicloud-fc";

// Reads canary:weight, canary:reject and the other keys of the release from stack config.
const release = new fc.CanaryRelease("api", {
  function: {
    functionName: "canary-release-example",
    runtime: "nodejs20",
    handler: "index.handler",
    code: "./src",
  },
  aliasName: "prod",
  // A second alias that points to the newest version, also while this version has no traffic, and has its own HTTP
  // address.
  candidate: { aliasName: "candidate", httpTrigger: { authType: "anonymous", methods: ["GET"] } },
  ...fc.releaseConfig(),
});

export const versionId = release.version.versionId;
export const split = release.split;
export const stable = release.stable;
export const phase = release.phase;
export const previewUrl = release.previewUrl;
