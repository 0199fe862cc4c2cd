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
  // Points to the newest version, also while it has no traffic, and has an address of its own.
  candidate: { aliasName: "candidate", httpTrigger: { authType: "anonymous", methods: ["GET"] } },
  ...fc.releaseConfig(),
});

export const versionId = release.version.versionId;
export const split = release.split;
export const stable = release.stable;
export const phase = release.phase;
export const previewUrl = release.previewUrl;
