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
