/**
 * Resources of this program, as the resources that depend on them see them. The engine writes into state, for each input, what it
 * depends on. One input that depends on the other resource is enough; the rest are handed over as plain values, with their secretness.
 */
import * as pulumi from "@pulumi/pulumi";

type Place = Readonly<Record<"region" | "accountId", pulumi.Input<string>>>;

const places = new WeakMap<object, Place>();

/** Notes a resource of this program and where it lives. */
export function remember(resource: object, { region, accountId }: Place): void {
  places.set(resource, { region, accountId });
}

/** Where a resource of this program lives, as far as the program's own text says so. */
export function ownPlace(resource: object): Partial<Place> {
  const { region, accountId } = places.get(resource) ?? {};
  return {
    ...(typeof region === "string" ? { region } : {}),
    ...(typeof accountId === "string" ? { accountId } : {}),
  };
}

/** An output as the SDK makes it. Source: Pulumi `sdk/nodejs/output.ts` (OutputImpl). */
interface Made {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(): Promise<unknown>;
}

/** A member of a resource of this program without its dependencies, where another input carries them; any other value as it is. */
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
