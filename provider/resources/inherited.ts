/** Region, account and profile of a provider of package alicloud that a resource has or inherits. */
import * as pulumi from "@pulumi/pulumi";

/** Settings of a provider; undefined if the provider does not have them. */
export interface InheritedPlace {
  readonly region: pulumi.Output<string | undefined>;
  readonly accountId: pulumi.Output<string | undefined>;
  readonly profile: pulumi.Output<string | undefined>;
  /** Why the provider cannot be used. `check` refuses the resource with this reason. */
  readonly problem: pulumi.Output<string | undefined>;
}

/** Package of Pulumi's provider for Alibaba Cloud. */
const PACKAGE = "alicloud";
const USED = ["region", "accountId", "profile"] as const;
/**
 * Settings by which Pulumi's alicloud provider uses other credentials. This package takes keys only from the
 * environment or a profile.
 */
const IDENTITY = ["accessKey", "assumeRole", "assumeRoleWithOidc"];

/**
 * The place of `opts.provider`, or of the parent's alicloud provider; undefined without a provider. Throws for a
 * provider of another package. For a provider with its own credentials, or with settings that cannot be read, the
 * result has a `problem`, so that the provider is not ignored.
 */
export function inheritedPlace(name: string, opts: pulumi.CustomResourceOptions): InheritedPlace | undefined {
  const provider = opts.provider ?? opts.parent?.getProvider(`${PACKAGE}:index:Provider`);
  if (provider === undefined) return undefined;
  const { getPackage } = provider as { getPackage?: () => string };
  const found = getPackage?.call(provider) ?? "unknown";
  if (found !== PACKAGE) {
    throw new pulumi.RunError(
      `${name}: provider: got a provider of package ${found}; allowed: one of package ${PACKAGE}, whose region, account and ` +
        `profile are taken`,
    );
  }
  // The class of a provider has every setting as an output, also settings that its type does not declare.
  const settings = provider as unknown as Readonly<Record<string, unknown>>;
  const all = pulumi.all([...USED, ...IDENTITY].map((key) => settingOf(settings[key])));
  const text = (key: (typeof USED)[number]) =>
    all.apply((values) => {
      const value = values[USED.indexOf(key)];
      return typeof value === "string" && value !== "" ? value : undefined;
    });
  const problem = all.apply((values) => problemOf(values.slice(0, USED.length), values.slice(USED.length)));
  return { region: text("region"), accountId: text("accountId"), profile: text("profile"), problem };
}

/**
 * The value of a setting in the program. In a preview, the SDK returns an unknown value for a setting that was left
 * out. If this were treated as a value that is known later, every preview would show a replacement of every resource.
 */
function settingOf(setting: unknown): pulumi.Output<unknown> {
  const output = pulumi.output(setting as Promise<unknown>);
  const { isKnown = Promise.resolve(true) } = output as { isKnown?: Promise<boolean> };
  return pulumi.output(isKnown.then((known) => (known ? output : undefined)));
}

function problemOf(taken: readonly unknown[], identity: readonly unknown[]): string | undefined {
  const unreadable = USED.filter((_key, i) => !["string", "undefined"].includes(typeof (taken[i] ?? undefined)));
  if (unreadable.length > 0) {
    return `provider: its ${unreadable.join(", ")} cannot be read as text; set region, accountId and profile in the arguments`;
  }
  const own = IDENTITY.filter((_key, i) => (identity[i] ?? "") !== "");
  if (own.length === 0) return undefined;
  return (
    `provider: it sets ${own.join(", ")}, and keys are taken from the environment or a profile alone, never from a ` +
    `provider. Give this resource a provider without them, and set profile, or ALIBABA_CLOUD_ACCESS_KEY_ID and ` +
    `ALIBABA_CLOUD_ACCESS_KEY_SECRET, for the same identity`
  );
}
