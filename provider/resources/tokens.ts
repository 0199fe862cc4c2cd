/** What the engine stores for every resource of this package: a type token and a constant provider text. */
/** Kinds of resources, as the entry `pulumi-alicloud-fc/v1` exports them. */
export type Kind = "Function" | "Version" | "Alias" | "Release" | "HttpTrigger";

/** Every kind. */
export const KINDS: readonly Kind[] = ["Function", "Version", "Alias", "Release", "HttpTrigger"];

/** Type token of a resource that a JavaScript or TypeScript program registers; frozen with the first release. */
export function typeToken(kind: Kind): string {
  return `pulumi-nodejs:dynamic/alicloud-fc:${kind}`;
}

/** Type token of the same resource in every other language, where the plugin serves it; frozen with the first release. */
export function packageToken(kind: Kind): string {
  return `alicloud-fc:index:${kind}`;
}

/** How a process registers resources: its own token, and the one the same resource has in the other languages. */
export interface Registrar {
  readonly token: (kind: Kind) => string;
  readonly other: (kind: Kind) => string;
  /** True inside the plugin, whose `check` finds place, URN and code hash. */
  readonly plugin: boolean;
}

const PROGRAM: Registrar = { token: typeToken, other: packageToken, plugin: false };
const PLUGIN: Registrar = { token: packageToken, other: typeToken, plugin: true };

let current = PROGRAM;

/** How this process registers resources. */
export function registrar(): Registrar {
  return current;
}

/** From now on this process registers what the plugin serves. */
export function registerFromPlugin(): void {
  current = PLUGIN;
}

/**
 * The text the provider process evaluates, a constant per kind: it requires our package by name from the program's
 * folder. Frozen with the first release; any change would show as a change of every resource in every stack.
 */
export function providerText(kind: Kind): string {
  return (
    `exports.handler=()=>{try{return require('pulumi-alicloud-fc/v1').${kind}}catch(e){` +
    `e.stack='';e.message=/.*/.exec(e.message)+': add it to package.json';throw e}}`
  );
}
