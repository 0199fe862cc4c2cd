/** Endpoints of another region, account or service than that of a stack. */

/** The region and account of the stack. */
export const REAL = { region: "cn-hangzhou", accountId: "1234567890123456" };

/** Endpoints that a stack of {@link REAL} must not use, each with the reason of the refusal. */
export const FOREIGN_ENDPOINTS: readonly [endpoint: string, reason: RegExp][] = [
  ["fcv3.cn-shanghai.aliyuncs.com", /a host of region cn-shanghai; allowed: one of region cn-hangzhou/],
  ["1234567890123456.cn-shanghai.fc.aliyuncs.com", /a host of region cn-shanghai; allowed: one of region cn-hangzhou/],
  ["1234567890123456.cn-beijing-internal.fc.aliyuncs.com", /a host of region cn-beijing/],
  ["cn-shanghai.fc.aliyuncs.com", /a host of region cn-shanghai/],
  ["9999999999999999.cn-hangzhou.fc.aliyuncs.com", /the host of account 9999999999999999; allowed: that of account/],
  ["ecs.aliyuncs.com", /which is no host of Function Compute; allowed: fcv3\.<region>\.aliyuncs\.com/],
  ["ecs.cn-hangzhou.aliyuncs.com", /which is no host of Function Compute/],
  ["oss-cn-hangzhou.aliyuncs.com", /which is no host of Function Compute/],
  ["x.fcv3.cn-hangzhou.aliyuncs.com", /which is no host of Function Compute/],
];
