/**
 * Finds region, account and connection of a resource: from the arguments, a provider of package alicloud, stack config,
 * or the environment, in this order.
 */
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { longest } from "../core/duration";
import { hostOf, realHost } from "../core/place";
import { type InheritedPlace, inheritedPlace } from "./inherited";
import { registrar } from "./tokens";

/** Arguments of every resource: its place and its connection. */
export interface PlaceArgs {
  /**
   * Region id, such as `cn-hangzhou`. Default: the region of the provider (in TypeScript a provider of package
   * alicloud), config `alicloud-fc:region` (in TypeScript `alicloud:region` as well), then ALIBABA_CLOUD_REGION,
   * ALICLOUD_REGION. A change replaces the object.
   */
  readonly region?: pulumi.Input<string>;
  /**
   * Account id, 16 digits. Default: the account of the provider, config `alicloud-fc:accountId` (in TypeScript
   * `alicloud:accountId` as well), ALIBABA_CLOUD_ACCOUNT_ID, ALICLOUD_ACCOUNT_ID, then the account of the credentials,
   * by one call to STS. A change replaces the object.
   */
  readonly accountId?: pulumi.Input<string>;
  /**
   * Host of Function Compute in the region. Default: config `alicloud-fc:endpoint` (in TypeScript also the `fc` for the
   * region in `alicloud:endpoints`, a list of maps in the format of Pulumi's alicloud provider), then FC_ENDPOINT, then
   * `<account>.<region>.fc.aliyuncs.com`. FC_ENDPOINT in the environment of a run takes precedence over the value in
   * state.
   */
  readonly endpoint?: string;
  /**
   * Profile of the Alibaba Cloud CLI to take credentials from. Default: the profile of the provider, config
   * `alicloud-fc:profile` (in TypeScript `alicloud:profile` as well), then the profile of the credential chain.
   */
  readonly profile?: string;
}

/** Arguments of resources whose objects may exist before the program. */
export interface AdoptArgs {
  /**
   * True: the resource takes over an object that exists and has no owner. False: an existing object is refused.
   * Adoption never changes a setting that the program does not mention: if it had to, the run fails and lists such
   * settings. Default false.
   */
  readonly adopt?: pulumi.Input<boolean>;
}

/** Inputs of every resource. */
export interface CommonProps {
  region: pulumi.Input<string>;
  accountId: pulumi.Input<string>;
  resourceUrn: pulumi.Input<string>;
  connection?: { endpoint?: pulumi.Input<string | undefined>; profile?: pulumi.Input<string | undefined> };
  /** The longer of the timeouts for create and update, in seconds; `check` refuses any other value. */
  waitSeconds?: unknown;
  /** Why region or account is not known; `check` refuses the resource with this reason. */
  problem?: pulumi.Output<string | undefined>;
}

type Runtime = typeof import("../runtime");
const accounts = new Map<string, Promise<AccountLookup>>();

/** Finds place, connection, URN and timeout of a resource. Warns once that keys in stack config are not used. */
export function commonProps(
  name: string,
  type: string,
  args: PlaceArgs,
  opts: pulumi.CustomResourceOptions,
): CommonProps {
  if (registrar().plugin) return pluginProps(args, opts);
  assertOwnCopy();
  if (opts.import !== undefined) {
    throw new pulumi.RunError(
      `${name}: the option import does not work with dynamic resources. Set adopt: true in the arguments, and ` +
        `the next pulumi up takes the object over; or let npx pulumi-alicloud-fc import write the file for pulumi import -f`,
    );
  }
  const config = new pulumi.Config("alicloud");
  const own = new pulumi.Config("alicloud-fc");
  refuseOwnKeys(own);
  warnOfKeys(config);
  const configuredAs = (key: string) => own.get(key) ?? config.get(key);
  const provider = inheritedPlace(name, opts);
  const region =
    args.region ??
    first(provider?.region, configuredAs("region") ?? fromEnv("ALIBABA_CLOUD_REGION", "ALICLOUD_REGION") ?? "");
  const endpoint = args.endpoint ?? own.get("endpoint") ?? configuredEndpoint(config, region);
  const profile = args.profile ?? first(provider?.profile, configuredAs("profile"));
  const configured = configuredAs("accountId") ?? fromEnv("ALIBABA_CLOUD_ACCOUNT_ID", "ALICLOUD_ACCOUNT_ID");
  const account = args.accountId ?? (provider === undefined ? configured : undefined);
  const lookup = account === undefined ? lookUpAccount(provider, configured, region, profile, endpoint) : undefined;
  const waitSeconds = longest([opts.customTimeouts?.create, opts.customTimeouts?.update]);
  return {
    region,
    accountId: account ?? lookup?.apply(({ id }) => id) ?? "",
    ...problemProp(provider, lookup),
    resourceUrn: urnOf(name, type, opts.parent),
    ...(endpoint === undefined && profile === undefined
      ? {}
      : { connection: { ...(endpoint && { endpoint }), ...(profile && { profile }) } }),
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  };
}

/**
 * The inputs of a resource inside the plugin. `check` of the plugin completes these inputs, because it knows the
 * provider's settings.
 */
function pluginProps({ region, accountId, endpoint, profile }: PlaceArgs, opts: pulumi.CustomResourceOptions) {
  const waitSeconds = longest([opts.customTimeouts?.create, opts.customTimeouts?.update]);
  return { region, accountId, endpoint, profile, waitSeconds } as unknown as CommonProps;
}

/** Refuses credentials in config under this package's name, as the plugin does for the other languages. */
function refuseOwnKeys(own: pulumi.Config): void {
  const key = ["accessKey", "secretKey", "securityToken"].find((each) => own.get(each) !== undefined);
  if (key === undefined) return;
  throw new pulumi.RunError(
    `config alicloud-fc:${key}: credentials do not belong in stack config. Remove it (pulumi config rm alicloud-fc:${key}) ` +
      `and set ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a session, ALIBABA_CLOUD_SECURITY_TOKEN`,
  );
}

/** Stacks of this process for which the warning was printed. */
const warned = new WeakSet<object>();

/**
 * Warns about keys in config. Pulumi's alicloud provider uses such keys, and this package does not. The keys may belong
 * to another account than the keys in the environment.
 */
function warnOfKeys(config: pulumi.Config): void {
  const keys = ["accessKey", "secretKey", "securityToken"].filter((key) => config.get(key) !== undefined);
  const run = pulumi.runtime.getStackResource() ?? config;
  if (keys.length === 0 || warned.has(run)) return;
  warned.add(run);
  const named = keys.map((key) => `alicloud:${key}`).join(", ");
  void pulumi.log.warn(
    `config ${named}: ignored by pulumi-alicloud-fc, which takes keys from the environment or a profile alone ` +
      `(ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, alicloud:profile): make sure they belong to the same account`,
  );
}

/**
 * The URN of a resource. Without a parent the URN is plain text, because thousands of outputs take time. With a parent
 * the URN is a promise, which has no dependencies: an output would depend on the resource's own component, and wait for
 * itself.
 */
function urnOf(name: string, type: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  if (parent === undefined) return urnWithoutParent(name, type);
  return new Promise((resolve) => pulumi.createUrn(name, type, parent).apply(resolve));
}

/** The URN of a resource without a parent. */
export function urnWithoutParent(name: string, type: string): string {
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
}

/** The provider's setting, or the fallback if the provider does not have it. */
function first<F extends string | undefined>(
  output: pulumi.Output<string | undefined> | undefined,
  fallback: F,
): pulumi.Output<string | F> | F {
  return output === undefined
    ? fallback
    : output.apply((value) => (value === undefined || value === "" ? fallback : value));
}

/**
 * An account id, or why the id is not known. The reason is a value, because a rejected output would keep the program
 * from ending.
 */
interface AccountLookup {
  readonly id: string;
  readonly problem?: string;
}

/** The account from the provider, config, the environment, or the credentials. */
function lookUpAccount(
  provider: InheritedPlace | undefined,
  configured: string | undefined,
  region: pulumi.Input<string>,
  profile: pulumi.Input<string | undefined>,
  endpoint: pulumi.Input<string | undefined>,
): pulumi.Output<AccountLookup> {
  return pulumi.all([provider?.accountId, region, profile, endpoint]).apply(([inherited, id, name, host]) => {
    const known = inherited ?? configured;
    return known === undefined ? callerAccount(id, name, host) : Promise.resolve({ id: known });
  });
}

function problemProp(
  provider: InheritedPlace | undefined,
  lookup: pulumi.Output<AccountLookup> | undefined,
): Pick<CommonProps, "problem"> {
  if (provider === undefined && lookup === undefined) return {};
  return { problem: pulumi.all([provider?.problem, lookup]).apply(([own, account]) => own ?? account?.problem) };
}

/**
 * The configured host for a region. If config has hosts for other regions only, the result is the first of them, which
 * `check` refuses.
 */
function configuredEndpoint(
  config: pulumi.Config,
  region: pulumi.Input<string>,
): pulumi.Input<string | undefined> | undefined {
  const endpoints = config.getObject<{ fc?: string }[]>("endpoints") ?? [];
  const hosts = endpoints.flatMap(({ fc }) => (fc === undefined || fc === "" ? [] : [fc]));
  const serving = (id: string) => hosts.find((host) => hostOf(realHost(host) ?? "")?.region === id) ?? hosts[0];
  if (typeof region === "string") return serving(region);
  return hosts.length < 2 ? hosts[0] : pulumi.output(region).apply(serving);
}

function fromEnv(...names: string[]): string | undefined {
  return names.map((name) => process.env[name]).find((value) => value !== undefined && value !== "");
}

function callerAccount(
  region: string,
  profile: string | undefined,
  endpoint: string | undefined,
): Promise<AccountLookup> {
  // Without a region STS cannot be called; `check` then refuses region and account.
  if (region === "") return Promise.resolve({ id: "" });
  const key = `${region}\n${profile ?? ""}`;
  const known = accounts.get(key);
  if (known !== undefined) return known;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loads the SDK, only where no account id is given
  const lookup = (require("../runtime") as Runtime).callerAccount(region, { profile, endpoint }).then(
    (id): AccountLookup => ({ id }),
    (error: unknown): AccountLookup => ({ id: "", problem: error instanceof Error ? error.message : String(error) }),
  );
  accounts.set(key, lookup);
  return lookup;
}

let checked = false;

/**
 * Throws unless the provider process finds the same copy of this package as the program. The provider process resolves
 * the package from the program's folder.
 */
function assertOwnCopy(): void {
  if (checked) return;
  const ours = path.join(__dirname, "..", "v1");
  const found = resolveEntry();
  if (found === undefined) {
    throw new pulumi.RunError(
      `pulumi-alicloud-fc cannot be found from the program's folder ${process.cwd()}: add it to the dependencies of the ` +
        `package.json there, also when another package brings it along`,
    );
  }
  if (found.replace(/\.[jt]s$/, "") !== ours) {
    throw new pulumi.RunError(
      `two copies of pulumi-alicloud-fc: the program loaded ${ours}, the provider process would load ${found}. ` +
        `Install one version for both`,
    );
  }
  checked = true;
}

function resolveEntry(): string | undefined {
  try {
    // Resolved from a file in the program's folder: from this file the name would resolve to this package itself.
    return createRequire(path.join(process.cwd(), "program.js")).resolve("pulumi-alicloud-fc/v1");
  } catch {
    return undefined;
  }
}
