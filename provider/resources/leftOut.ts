/**
 * Arguments that a program leaves out and that have no default. Pulumi makes about 30 promises for each member that a
 * resource registers, and most functions leave out 25 settings, so these members are not registered. They are outputs
 * of the resource nevertheless: an option of the engine, such as `ignoreChanges`, may give one a value. When a program
 * reads such a member, the resource is read back from the engine, in the way of Pulumi's resource references.
 */
import * as pulumi from "@pulumi/pulumi";

type Members = Readonly<Record<string, unknown>>;

/** A resource that is registered already, with members that its registration left out. */
class Registered extends pulumi.CustomResource {}

const readBack = new WeakMap<pulumi.Resource, pulumi.Output<Members>>();

/** Gives the resources of a class an output for each of the names. A member that is registered takes precedence. */
export function readLater(resources: { readonly prototype: object }, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(resources.prototype, name, {
      get(this: pulumi.CustomResource) {
        return registered(this, names).apply((members) => members[name]);
      },
      // Pulumi assigns each member that it registers. The assignment replaces the getter.
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
    });
  }
}

/**
 * The members to register. Of the members in `names`, those that the program leaves out are not registered, except for
 * a resource that is only read.
 */
export function withoutLeftOut(
  props: pulumi.Inputs,
  names: readonly string[],
  { id, urn }: pulumi.CustomResourceOptions,
): pulumi.Inputs {
  if (id !== undefined || urn !== undefined) return props;
  return Object.fromEntries(
    Object.entries(props).filter(([name, value]) => value !== undefined || !names.includes(name)),
  );
}

function registered(resource: pulumi.CustomResource, names: readonly string[]): pulumi.Output<Members> {
  const { __pulumiType: type } = resource as unknown as { readonly __pulumiType: string };
  const members = readBack.get(resource) ?? resource.urn.apply((urn) => read(type, urn, names));
  readBack.set(resource, members);
  return members;
}

function read(type: string, urn: string, names: readonly string[]): Members {
  const none = Object.fromEntries(names.map((name) => [name, undefined]));
  return new Registered(type, urn, none, { urn }) as unknown as Members;
}
