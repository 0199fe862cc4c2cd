/**
 * The two texts that the engine stores with every resource of this package: the type token, and the provider text, which
 * loads this package and is constant for each kind of resource.
 */
/** Kinds of resources, with the names under which the entry `pulumi-alicloud-fc/v1` exports them. */
export type Kind = "Function" | "Version" | "Alias" | "Release" | "HttpTrigger";

/** All kinds of resources. */
export const KINDS: readonly Kind[] = ["Function", "Version", "Alias", "Release", "HttpTrigger"];

/** Type token of a resource that a JavaScript or TypeScript program registers; frozen with the first release. */
export function typeToken(kind: Kind): string {
  return `pulumi-nodejs:dynamic/alicloud-fc:${kind}`;
}

/** Type token of the same resource in every other language, for which the plugin serves it; frozen with the first release. */
export function packageToken(kind: Kind): string {
  return `alicloud-fc:index:${kind}`;
}

/**
 * How a process registers resources: `token` is the type that it uses, and `other` is the type that the same resource
 * has in other languages.
 */
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

/** Makes this process register resources with the tokens of the plugin. */
export function registerFromPlugin(): void {
  current = PLUGIN;
}

/**
 * The text that the provider process evaluates: it loads this package by name from the program's folder. The text is
 * constant for each kind, and frozen with the first release: a change would show as a change of every resource in every
 * stack.
 */
export function providerText(kind: Kind): string {
  return (
    `exports.handler=()=>{try{return require('pulumi-alicloud-fc/v1').${kind}}catch(e){` +
    `e.stack='';e.message=/.*/.exec(e.message)+': add it to package.json';throw e}}`
  );
}
