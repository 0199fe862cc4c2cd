/** The program of `ours.ts` with the resources of the plugin, as a program in another language registers them. */
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const count = config.requireNumber("functions");
const weight = config.getNumber("weight") ?? 0;

/** A resource in the form of Pulumi's generated SDKs: its members are outputs. */
class Resource extends pulumi.CustomResource {
  declare readonly functionName: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;
  declare readonly revision: pulumi.Output<number>;
  declare readonly versionId: pulumi.Output<string>;

  constructor(kind: string, name: string, args: pulumi.Inputs) {
    const outputs = { functionName: undefined, fingerprint: undefined, revision: undefined, versionId: undefined };
    super(`alicloud-fc:index:${kind}`, name, { ...outputs, ...args });
  }
}

for (let index = 0; index < count; index++) {
  const functionName = `bench-${index}`;
  const fn = new Resource("Function", functionName, {
    functionName,
    runtime: "nodejs20",
    handler: "index.handler",
    code: "./src",
    memorySize: 512,
    timeout: 30,
    environmentVariables: { STAGE: "bench" },
  });
  const { fingerprint, revision } = fn;
  const version = new Resource("Version", functionName, { function: { functionName, fingerprint, revision } });
  const canary = { versionId: version.versionId, weight };
  new Resource("Alias", functionName, { function: { functionName: fn.functionName }, aliasName: "prod", canary });
}
