/** Where a program's objects live: arguments first, then a provider of package alicloud, stack config, environment. */
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { longest } from "../core/duration";
import { type InheritedPlace, inheritedPlace } from "./inherited";
import { door } from "./shell";

/** Place and connection; every resource takes them. */
export interface PlaceArgs {
  /**
   * Region id, such as `cn-hangzhou`. Default: the provider's (in TypeScript one of package alicloud), config
   * `alicloud-fc:region` (in TypeScript `alicloud:region` as well), then ALIBABA_CLOUD_REGION, ALICLOUD_REGION.
   */
  readonly region?: pulumi.Input<string>;
  /**
   * Account id, 16 digits. Default: the provider's, config `alicloud-fc:accountId` (in TypeScript `alicloud:accountId` as
   * well), ALIBABA_CLOUD_ACCOUNT_ID, ALICLOUD_ACCOUNT_ID, then the account the credentials belong to (one call to STS).
   */
  readonly accountId?: pulumi.Input<string>;
  /**
   * Host under aliyuncs.com. Default: config `alicloud-fc:endpoint` (in TypeScript also `fc` in `alicloud:endpoints`, a list
   * of maps, as Pulumi's alicloud provider has it), then FC_ENDPOINT, then `<account>.<region>.fc.aliyuncs.com`. FC_ENDPOINT set for a run wins over what state says.
   */
  readonly endpoint?: string;
  /**
   * Profile of the Alibaba Cloud CLI to take credentials from. Default: the provider's, config `alicloud-fc:profile` (in
   * TypeScript `alicloud:profile` as well), the chain's own.
   */
  readonly profile?: string;
}

/** What every resource that can exist before its program takes as well. */
export interface AdoptArgs {
  /** Takes over an object that exists and that no program owns, instead of refusing it. Default false. */
  readonly adopt?: pulumi.Input<boolean>;
}

/** The inputs every resource gets. */
export interface CommonProps {
  region: pulumi.Input<string>;
  accountId: pulumi.Input<string>;
  resourceUrn: pulumi.Input<string>;
  connection?: { endpoint?: string; profile?: pulumi.Input<string | undefined> };
  /** The longer of the timeouts for create and update; `check` refuses what is no number of seconds. */
  waitSeconds?: unknown;
  /** Why the place cannot be told; refused by `check`. */
  problem?: pulumi.Output<string | undefined>;
}

type Runtime = typeof import("../runtime");
const accounts = new Map<string, Promise<Asked>>();

/** Resolves place, connection, URN and timeout of a resource; throws for keys in stack config. */
export function commonProps(
  name: string,
  type: string,
  args: PlaceArgs,
  opts: pulumi.CustomResourceOptions,
): CommonProps {
  if (door().plugin) return givenProps(args, opts);
  assertOwnCopy();
  if (opts.import !== undefined) {
    throw new pulumi.RunError(
      `${name}: the option import does not work with dynamic resources. Set adopt: true in the arguments, and ` +
        `the next pulumi up takes the object over; or let npx pulumi-alicloud-fc import write the file for pulumi import -f`,
    );
  }
  const config = new pulumi.Config("alicloud");
  const own = new pulumi.Config("alicloud-fc");
  const said = (key: string) => own.get(key) ?? config.get(key);
  for (const key of ["accessKey", "secretKey", "securityToken"]) {
    if (said(key) === undefined) continue;
    const full = `${own.get(key) === undefined ? "alicloud" : "alicloud-fc"}:${key}`;
    throw new pulumi.RunError(
      `config ${full}: credentials do not belong into stack config. Remove it (pulumi config rm ${full}) ` +
        `and set ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a session, ALIBABA_CLOUD_SECURITY_TOKEN`,
    );
  }
  const provider = inheritedPlace(name, opts);
  const region =
    args.region ?? first(provider?.region, said("region") ?? fromEnv("ALIBABA_CLOUD_REGION", "ALICLOUD_REGION") ?? "");
  const endpoint = args.endpoint ?? own.get("endpoint") ?? configuredEndpoint(config);
  const profile = args.profile ?? first(provider?.profile, said("profile"));
  const configured = said("accountId") ?? fromEnv("ALIBABA_CLOUD_ACCOUNT_ID", "ALICLOUD_ACCOUNT_ID");
  const account = args.accountId ?? (provider === undefined ? configured : undefined);
  const asked = account === undefined ? askAccount(provider, configured, region, profile) : undefined;
  const waitSeconds = longest([opts.customTimeouts?.create, opts.customTimeouts?.update]);
  return {
    region,
    accountId: account ?? asked?.apply(({ id }) => id) ?? "",
    ...problemProp(provider, asked),
    resourceUrn: urnOf(name, type, opts.parent),
    ...(endpoint === undefined && profile === undefined
      ? {}
      : { connection: { ...(endpoint && { endpoint }), ...(profile && { profile }) } }),
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  };
}

/** Inside the plugin its `check` finds what is not given: only there a provider's settings are known. */
function givenProps({ region, accountId, endpoint, profile }: PlaceArgs, opts: pulumi.CustomResourceOptions) {
  const waitSeconds = longest([opts.customTimeouts?.create, opts.customTimeouts?.update]);
  return { region, accountId, endpoint, profile, waitSeconds } as unknown as CommonProps;
}

/**
 * The URN a resource will have. As plain text where no parent stands in it, since outputs by the thousand cost time; else as
 * a promise, which unlike an output depends on nothing: a resource that depends on its own component waits for itself.
 */
function urnOf(name: string, type: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  if (parent === undefined) return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
  return new Promise((resolve) => pulumi.createUrn(name, type, parent).apply(resolve));
}

/** What the provider says, or where it says nothing the fallback. */
function first<F extends string | undefined>(
  said: pulumi.Output<string | undefined> | undefined,
  fallback: F,
): pulumi.Output<string | F> | F {
  return said === undefined
    ? fallback
    : said.apply((value) => (value === undefined || value === "" ? fallback : value));
}

/** An account id, or why there is none: a rejected output would leave the program without an end. */
interface Asked {
  readonly id: string;
  readonly problem?: string;
}

/** The provider's account, the configured one, or the one the credentials belong to. */
function askAccount(
  provider: InheritedPlace | undefined,
  configured: string | undefined,
  region: pulumi.Input<string>,
  profile: pulumi.Input<string | undefined>,
): pulumi.Output<Asked> {
  return pulumi.all([provider?.accountId, region, profile]).apply(([said, id, name]) => {
    const known = said ?? configured;
    return known === undefined ? callerAccount(id, name) : Promise.resolve({ id: known });
  });
}

function problemProp(
  provider: InheritedPlace | undefined,
  asked: pulumi.Output<Asked> | undefined,
): Pick<CommonProps, "problem"> {
  if (provider === undefined && asked === undefined) return {};
  return { problem: pulumi.all([provider?.problem, asked]).apply(([own, account]) => own ?? account?.problem) };
}

function configuredEndpoint(config: pulumi.Config): string | undefined {
  const endpoints = config.getObject<{ fc?: string }[]>("endpoints") ?? [];
  return endpoints.map(({ fc }) => fc).find((host) => host !== undefined && host !== "");
}

function fromEnv(...names: string[]): string | undefined {
  return names.map((name) => process.env[name]).find((value) => value !== undefined && value !== "");
}

function callerAccount(region: string, profile: string | undefined): Promise<Asked> {
  // Without a region there is nobody to ask; `check` then names both.
  if (region === "") return Promise.resolve({ id: "" });
  const key = `${region}\n${profile ?? ""}`;
  const known = accounts.get(key);
  if (known !== undefined) return known;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loads the SDK, only where no account id is given
  const asked = (require("../runtime") as Runtime).callerAccount(region, profile).then(
    (id): Asked => ({ id }),
    (error: unknown): Asked => ({ id: "", problem: error instanceof Error ? error.message : String(error) }),
  );
  accounts.set(key, asked);
  return asked;
}

let checked = false;

/** The provider process resolves our name from the program's folder: it must find this very copy. */
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
    // From a file in the program's folder: from here the name would be our own package's reference to itself.
    return createRequire(path.join(process.cwd(), "program.js")).resolve("pulumi-alicloud-fc/provider/v1");
  } catch {
    return undefined;
  }
}
