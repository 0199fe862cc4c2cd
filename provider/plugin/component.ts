/** `CanaryRelease` for the other languages: creates the same class from the arguments of the engine. */
import * as pulumi from "@pulumi/pulumi";
import type { ConstructResult } from "@pulumi/pulumi/provider";
import { CanaryRelease, type CanaryReleaseArgs } from "../components/canaryRelease";
import type { Member, Schema } from "./schema";

/** Type token of the component, the same as in TypeScript programs. */
export const CANARY_RELEASE = "alicloud-fc:index:CanaryRelease";

/** Makes a component of the package. */
export function construct(
  schema: Schema,
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<ConstructResult> {
  if (type !== CANARY_RELEASE) {
    throw new Error(`no component of this package: got ${type}; allowed: ${CANARY_RELEASE}`);
  }
  const { inputProperties, properties } = schema.resources[CANARY_RELEASE] ?? {};
  const given = Object.entries(inputs).map(([key, value]) => [key, plain(schema, inputProperties?.[key], value)]);
  const args = Object.fromEntries(given) as CanaryReleaseArgs;
  const release = new CanaryRelease(name, args, { ...options, customTimeouts: givenTimeouts(options) });
  const outputs = release as unknown as Readonly<Record<string, unknown>>;
  const state = Object.keys(properties ?? {}).flatMap((key) =>
    outputs[key] === undefined ? [] : [[key, outputs[key]]],
  );
  return Promise.resolve({ urn: release.urn, state: Object.fromEntries(state) as pulumi.Inputs });
}

/** Pulumi's server writes an empty text for each timeout that the program does not set. */
function givenTimeouts({ customTimeouts = {} }: pulumi.ComponentResourceOptions): pulumi.CustomTimeouts {
  return Object.fromEntries(Object.entries(customTimeouts).filter(([, text]) => text !== ""));
}

/**
 * Converts an argument to an object whose members the class can read. If the argument is one output, each of its
 * members becomes an output.
 */
function plain(schema: Schema, member: Member | undefined, value: unknown): unknown {
  const type = schema.types[member?.$ref?.replace("#/types/", "") ?? ""];
  if (type === undefined || !pulumi.Output.isInstance(value)) return value;
  const whole = value as pulumi.Output<Readonly<Record<string, unknown>> | undefined>;
  return Object.fromEntries(
    Object.keys(type.properties ?? {}).map((key) => [key, whole.apply((known) => known?.[key])]),
  );
}
