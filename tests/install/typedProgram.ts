/** A program that uses every public type in right and in wrong ways. It is compiled and never run. */
export const TYPED_PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import { type Emulator, startEmulator } from "pulumi-alicloud-fc/emulator";
import { Function as Provider } from "pulumi-alicloud-fc/v1";

const place: fc.PlaceArgs = { region: "cn-hangzhou", accountId: pulumi.output("1234567890123456") };
const logConfig: fc.FunctionLogConfig = { project: "p", logstore: "l", enableRequestMetrics: true };
const args: fc.FunctionArgs = {
  ...place,
  functionName: pulumi.output("api"),
  runtime: "nodejs20",
  handler: "index.handler",
  code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("") }),
  memorySize: pulumi.output(512),
  environmentVariables: { TOKEN: pulumi.secret("token"), PLAIN: "text" },
  tags: { team: "api" },
  vpcConfig: { vpcId: pulumi.output("vpc"), vSwitchIds: ["a", pulumi.output("b")], securityGroupId: "sg" },
  logConfig,
  adopt: true,
};
const fn = new fc.Function("api", args, { protect: true });
const oss: fc.OssObject = { ossBucketName: "b", ossObjectName: pulumi.output("o") };
new fc.Function("oss", { functionName: "oss", runtime: "python3.10", handler: "index.handler", code: oss });

const version = new fc.Version("api", { function: fn, triggers: ["a", pulumi.output("b")] });
const ref: pulumi.Output<fc.FunctionRef> = fn.ref;
new fc.Version("by-ref", { function: fn.ref });
new fc.Version("by-members", { function: { functionName: "api", fingerprint: "f" } });
const elsewhere = new pulumi.StackReference("other").requireOutput("ref") as pulumi.Output<fc.FunctionRef>;
const versionArgs: fc.VersionArgs = { function: elsewhere };
new fc.Version("elsewhere", versionArgs);

const canary: fc.AliasCanary = { versionId: version.versionId, weight: "0.5%" };
const aliasArgs: fc.AliasArgs = { function: fn, aliasName: "prod", canary };
const alias = new fc.Alias("api", aliasArgs);
new fc.Alias("by-name", { function: { functionName: "api" }, aliasName: "test", versionId: "1" });
const like: fc.FunctionLike = fn;

export const shares: pulumi.Output<Record<string, number>> = alias.split;
export const main: pulumi.Output<string> = alias.mainVersionId;
export const previous: pulumi.Output<string | undefined> = version.previousVersionId;
export const arn: pulumi.Output<string> = fc.Function.get("got", { functionName: "api" }).functionArn;
export const got = [
  fc.Version.get("got", { functionName: "api", versionId: "1" }).versionId,
  fc.Alias.get("got", { functionName: "api", aliasName: "prod" }).split,
];
export async function emulated(): Promise<string> {
  const emulator: Emulator = await startEmulator({ region: "cn-shanghai" });
  await emulator.close();
  return emulator.env.ALICLOUD_FC_EMULATOR;
}
export const provider: unknown = [Provider, ref, like];

const least = { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" };
// @ts-expect-error -- a name is never made up
new fc.Function("wrong", { runtime: "nodejs20", handler: "index.handler", code: "./src" });
// @ts-expect-error -- a number
new fc.Function("wrong", { ...least, memorySize: "512" });
// @ts-expect-error -- misspelt
new fc.Function("wrong", { ...least, memorysize: 512 });
// @ts-expect-error -- a nested member misspelt
new fc.Function("wrong", { ...least, vpcConfig: { vpcid: "vpc" } });
// @ts-expect-error -- values are text
new fc.Function("wrong", { ...least, environmentVariables: { PORT: 80 } });
// @ts-expect-error -- credentials are no argument
new fc.Function("wrong", { ...least, accessKey: "key" });
// @ts-expect-error -- a path, an asset, or an object in OSS
new fc.Function("wrong", { ...least, code: 5 });
// @ts-expect-error -- no such code
new fc.Function("wrong", { ...least, code: { pth: "./src" } });
// @ts-expect-error -- a list
new fc.Version("wrong", { function: fn, triggers: "a" });
// @ts-expect-error -- a name alone is no function
new fc.Version("wrong", { function: "api" });
// @ts-expect-error -- a version is text
new fc.Alias("wrong", { function: fn, aliasName: "prod", versionId: 1 });
// @ts-expect-error -- a canary without a weight
new fc.Alias("wrong", { function: fn, aliasName: "prod", canary: { versionId: "2" } });
// @ts-expect-error -- which alias
new fc.Alias("wrong", { function: fn });
// @ts-expect-error -- an output is not its value
export const text: string = alias.mainVersionId;
// @ts-expect-error -- outputs are not written
alias.split = shares;
// @ts-expect-error -- a port is a number
void startEmulator({ port: "80" });
`;
