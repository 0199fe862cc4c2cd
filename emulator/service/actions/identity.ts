/** Operations of the token service: the account of a key, and temporary keys. */
import { type Action, ok } from "../api";
import { invalidArgument } from "../../base/errors";
import { issueTemporary } from "../../base/credentials";

/** Shortest, longest and default validity of a temporary key, in seconds. Source: the token service's documentation. */
const SHORTEST_SECONDS = 900;
const LONGEST_SECONDS = 43_200;
const DEFAULT_SECONDS = 3600;

export const getCallerIdentity: Action = (world, request) => {
  const { accountId } = world.identity;
  return ok({
    AccountId: accountId,
    Arn: `acs:ram::${accountId}:root`,
    IdentityType: "Account",
    PrincipalId: accountId,
    RequestId: request.requestId,
    UserId: accountId,
  });
};

/** Regions of the service. Source: the list in fc3, and the service's endpoints. */
const REGIONS = [
  ...["cn-hangzhou", "cn-shanghai", "cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-huhehaote", "cn-wulanchabu"],
  ...["cn-shenzhen", "cn-chengdu", "cn-hongkong", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1"],
  ...["ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-southeast-7", "ap-south-1", "eu-central-1"],
  ...["eu-west-1", "us-east-1", "us-west-1", "me-central-1"],
];

/** DescribeRegions. The name of a region is its id, because the vendor's names are not known. */
export const describeRegions: Action = () => {
  return ok({ Regions: { Region: REGIONS.map((id) => ({ LocalName: id, RegionId: id })) } });
};

/** AssumeRole. Any role of the emulator's account may be assumed, and the temporary key has all permissions. */
export const assumeRole: Action = (world, request) => {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const parameter = (name: string): string | undefined => request.query[name] ?? form.get(name) ?? undefined;
  const { accessKeyId: id, accessKeySecret: secret, accountId } = world.identity;
  const role = /^acs:ram::(\d+):role\/([\w.-]+)$/.exec(parameter("RoleArn") ?? "");
  if (role?.[1] !== accountId) {
    throw invalidArgument(`RoleArn is '${parameter("RoleArn") ?? ""}', expected acs:ram::${accountId}:role/NAME`);
  }
  const session = parameter("RoleSessionName") ?? "";
  if (!/^[\w.@-]{2,64}$/.test(session)) {
    throw invalidArgument(`RoleSessionName is '${session}', expected 2 to 64 of letters, digits and . @ - _`);
  }
  const seconds = Number(parameter("DurationSeconds") ?? DEFAULT_SECONDS);
  if (!Number.isInteger(seconds) || seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
    throw invalidArgument(`DurationSeconds must be a whole number from ${SHORTEST_SECONDS} to ${LONGEST_SECONDS}`);
  }
  const issued = issueTemporary({ id, secret }, world.options.now().getTime() + seconds * 1000);
  return ok({
    RequestId: request.requestId,
    AssumedRoleUser: {
      Arn: `acs:ram::${accountId}:role/${role[2] ?? ""}/${session}`,
      AssumedRoleId: `${accountId}:${session}`,
    },
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      AccessKeySecret: issued.accessKeySecret,
      SecurityToken: issued.securityToken,
      Expiration: issued.expiration,
    },
  });
};
