/**
 * Passes outputs of this program's resources to other resources without their dependencies. The engine writes the
 * dependencies of each input into state. One input with the dependency is enough, so the others are passed as plain
 * values; secrets stay secrets.
 */
import * as pulumi from "@pulumi/pulumi";

type Place = Readonly<Record<"region" | "accountId", pulumi.Input<string>>>;

const places = new WeakMap<object, Place>();

/** Remembers a resource of this program and its place. */
export function remember(resource: object, { region, accountId }: Place): void {
  places.set(resource, { region, accountId });
}

/** The place of a resource of this program, if the program sets it as plain text. */
export function ownPlace(resource: object): Partial<Place> {
  const { region, accountId } = places.get(resource) ?? {};
  return {
    ...(typeof region === "string" ? { region } : {}),
    ...(typeof accountId === "string" ? { accountId } : {}),
  };
}

/** Internals of the SDK's outputs. Source: Pulumi `sdk/nodejs/output.ts` (OutputImpl). */
interface Made {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(): Promise<unknown>;
}

/** Removes the dependencies of a value that is an output of the resource. Returns any other value unchanged. */
export function alone(resource: object, value: unknown): unknown {
  if (!places.has(resource) || !pulumi.Output.isInstance(value)) return value;
  return settled(value);
}

async function settled(value: pulumi.Output<unknown>): Promise<unknown> {
  const made = value as unknown as Made;
  const [known, secret, plain] = await Promise.all([made.isKnown, made.isSecret, made.promise()]);
  if (!known) return value;
  return secret ? pulumi.secret(plain) : plain;
}
