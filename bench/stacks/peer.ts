/** A program that creates the same objects as `ours.ts` with Pulumi's own alicloud provider. */
import { readFileSync } from "node:fs";
import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const count = config.requireNumber("functions");
const weight = config.getNumber("weight") ?? 0;
const provider = new alicloud.Provider("bench", {
  region: config.require<string>("region"),
  accessKey: process.env["ALIBABA_CLOUD_ACCESS_KEY_ID"],
  secretKey: process.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
  protocol: "HTTP",
  skipRegionValidation: true,
  endpoints: [{ fc: config.require<string>("host"), sts: config.require<string>("host") }],
});

for (let index = 0; index < count; index++) {
  const functionName = `bench-${index}`;
  const folder = index === 0 ? "canary" : "src";
  const fn = new alicloud.fc.V3Function(
    functionName,
    {
      functionName,
      runtime: "nodejs20",
      handler: "index.handler",
      code: { zipFile: readFileSync(`${folder}.zip`).toString("base64") },
      memorySize: 512,
      cpu: 0.35,
      diskSize: 512,
      timeout: 30,
      environmentVariables: { STAGE: "bench" },
    },
    { provider },
  );
  // This provider publishes no version when the code changes, so another description makes it publish one.
  const description = readFileSync(`${folder}/index.js`, "utf8").slice(0, 60);
  const version = new alicloud.fc.V3FunctionVersion(
    functionName,
    { functionName: fn.functionName, description },
    { provider, dependsOn: [fn] },
  );
  new alicloud.fc.V3Alias(
    functionName,
    {
      functionName: fn.functionName,
      aliasName: "prod",
      versionId: version.versionId,
      ...(index === 0 && weight > 0 ? { additionalVersionWeight: { "1": (100 - weight) / 100 } } : {}),
    },
    { provider },
  );
}
