/** What the engine stores for every resource of ours: a type token and a constant provider text. */
/** Kinds of resources, as the entry `pulumi-alicloud-fc/provider/v1` exports them. */
export type Kind = "Function" | "Version" | "Alias" | "Release" | "HttpTrigger";

/** Type token of a resource; frozen with the first release. */
export function typeToken(kind: Kind): string {
  return `pulumi-nodejs:dynamic/alicloud-fc:${kind}`;
}

/**
 * The text the provider process evaluates, a constant per kind: it requires our package by name from the program's
 * folder. Frozen with the first release; any change would show as a change of every resource in every stack.
 */
export function providerText(kind: Kind): string {
  return (
    `exports.handler=()=>{try{return require("pulumi-alicloud-fc/provider/v1").${kind}}catch(e){` +
    `throw e.code!="MODULE_NOT_FOUND"?e:Object.assign(Error("add pulumi-alicloud-fc to the dependencies in "+process.cwd()+` +
    `"/package.json"),{stack:""})}}`
  );
}
