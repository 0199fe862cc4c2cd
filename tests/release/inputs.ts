/** The inputs of a release that deploys version 2, and the versions of its function. */
import type { ReleaseInputs } from "../../provider/core/release";

/** Inputs of a release that deploys version 2. */
export const INPUTS: ReleaseInputs = {
  ...{ region: "cn-hangzhou", accountId: "1234567890123456", owner: "0123456789ab" },
  resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Release::main",
  ...{ functionName: "api", aliasName: "prod", versionId: "2", fingerprint: "f2", environmentFingerprint: "none" },
  ...{ revision: 2, steps: [5, 25, 50], strategy: "canary", hold: false, keep: 10, aliasArn: "arn" },
};

/** A version whose content differs from that of every other version. */
export const version = (id: number) => ({
  ...{ versionId: String(id), fingerprint: `f${id}`, environment: "none", revision: id },
});
