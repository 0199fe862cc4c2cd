/** GetCallerIdentity of the token service, for clients that ask whose account they work on. */
import { type Action, ok } from "../api";

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

/** Regions the service is in. Source: fc3's list and the service's endpoints. */
const REGIONS = [
  ...["cn-hangzhou", "cn-shanghai", "cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-huhehaote", "cn-wulanchabu"],
  ...["cn-shenzhen", "cn-chengdu", "cn-hongkong", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1"],
  ...["ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-southeast-7", "ap-south-1", "eu-central-1"],
  ...["eu-west-1", "us-east-1", "us-west-1", "me-central-1"],
];

/** Names are the ids: the vendor's words for them are not kept here. */
export const describeRegions: Action = () => {
  return ok({ Regions: { Region: REGIONS.map((id) => ({ LocalName: id, RegionId: id })) } });
};
