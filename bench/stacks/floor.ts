/**
 * The floor: a program with dynamic resources that do nothing. The floor has as many inputs as `ours.ts`, passes on the
 * same outputs, and has a constant provider text and no stack traces. No package of dynamic resources can cost less
 * than this program.
 */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

class Floor extends pulumi.CustomResource {
  declare readonly fingerprint: pulumi.Output<string>;
  declare readonly environmentFingerprint: pulumi.Output<string>;
  declare readonly revision: pulumi.Output<number>;
  declare readonly content: pulumi.Output<string>;
  declare readonly versionId: pulumi.Output<string>;

  constructor(kind: string, name: string, props: pulumi.Inputs) {
    const type = `pulumi-nodejs:dynamic/bench-floor:${kind}`;
    const resourceUrn = `urn:pulumi:bench::bench::${type}::${name}`;
    const common = { region: "cn-hangzhou", accountId: "0000000000000000", resourceUrn };
    const text = `exports.handler=()=>require("bench-floor").${kind}`;
    // Stack traces are switched off, as in the classes of the package, because the SDK stores a stack trace with each
    // of four promises for each member.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(type, name, { ...common, ...props, __provider: text }, { hideDiffs: ["__provider"] });
    Error.stackTraceLimit = limit;
  }
}

const config = new pulumi.Config();
const count = config.requireNumber("functions");
const weight = config.getNumber("weight") ?? 0;
const release = readFileSync("canary/index.js", "utf8");

for (let index = 0; index < count; index++) {
  const functionName = `bench-${index}`;
  const fn = new Floor("Function", functionName, {
    functionName,
    runtime: "nodejs20",
    handler: "index.handler",
    code: { path: "./src", hash: `t1:${"0".repeat(64)}`, release: index === 0 ? release : "one" },
    memorySize: 512,
    timeout: 30,
    environmentVariables: { STAGE: "bench" },
    fingerprint: undefined,
    environmentFingerprint: undefined,
    revision: undefined,
    content: undefined,
  });
  const { fingerprint, environmentFingerprint, revision, content } = fn;
  const version = new Floor("Version", functionName, {
    functionName,
    fingerprint,
    environmentFingerprint,
    revision,
    content,
    versionId: undefined,
  });
  new Floor("Alias", functionName, {
    functionName,
    aliasName: "prod",
    canary: { versionId: version.versionId, weight: index === 0 ? weight : 0 },
  });
}
