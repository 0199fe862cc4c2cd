/** Keys are sent only to a host of the right region, account and service. Every wrong endpoint and every wrong key is refused. */
import { type Environment, endpointsFor, stsEndpointFor } from "../../provider/client/endpoints";
import { findKeys } from "../../provider/client/credentials";
import { FOREIGN_ENDPOINTS, REAL } from "../support/foreignEndpoints";

const EMULATOR = { region: "cn-hangzhou", accountId: "0000567890123456" };

it("derives the documented host from the place", () => {
  expect(endpointsFor(REAL, undefined, {})).toEqual({
    protocol: "https",
    fc: "1234567890123456.cn-hangzhou.fc.aliyuncs.com",
    sts: "sts.cn-hangzhou.aliyuncs.com",
    logs: "cn-hangzhou.log.aliyuncs.com",
    emulator: false,
    internal: false,
  });
});

it("an emulator serves all services at its address", () => {
  expect(endpointsFor(EMULATOR, undefined, { ALICLOUD_FC_EMULATOR: "http://127.0.0.1:9000" })).toEqual({
    ...{ protocol: "http", fc: "127.0.0.1:9000", sts: "127.0.0.1:9000", logs: "log@127.0.0.1:9000" },
    ...{ emulator: true, internal: false },
  });
});

it("an empty variable is not set", () => {
  const connection = { endpoint: "fcv3.cn-hangzhou.aliyuncs.com" };
  expect(endpointsFor(REAL, connection, { ALICLOUD_FC_EMULATOR: "", FC_ENDPOINT: "" })).toMatchObject({
    ...{ emulator: false, fc: "fcv3.cn-hangzhou.aliyuncs.com" },
  });
});

it("a region that is missing or none is refused, with what to set", () => {
  const set = "; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION";
  expect(() => stsEndpointFor("", undefined, {})).toThrow(`region: required${set}`);
  expect(() => stsEndpointFor("moon", undefined, {})).toThrow(
    `region: got "moon", which is not a region id such as cn-hangzhou${set}`,
  );
});

it.each(["fcv3.cn-hangzhou.aliyuncs.com", "https://fcv3.cn-hangzhou.aliyuncs.com", "FCV3.cn-hangzhou.aliyuncs.com"])(
  "takes %s",
  (endpoint) => {
    expect(endpointsFor(REAL, { endpoint }, {}).fc).toBe("fcv3.cn-hangzhou.aliyuncs.com");
  },
);

it("the environment of a run takes precedence over the endpoint in state", () => {
  const env = { FC_ENDPOINT: "cn-hangzhou.fc.aliyuncs.com" };
  expect(endpointsFor(REAL, { endpoint: "fcv3.cn-hangzhou.aliyuncs.com" }, env).fc).toBe("cn-hangzhou.fc.aliyuncs.com");
  expect(() => endpointsFor(REAL, undefined, { FC_ENDPOINT: "evil.com" })).toThrow(
    /allowed: a host under aliyuncs.com/,
  );
});

it.each([
  [{}, undefined, "sts.cn-hangzhou.aliyuncs.com"],
  [{ ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: "true" }, undefined, "sts-vpc.cn-hangzhou.aliyuncs.com"],
  [{ ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: "True" }, undefined, "sts-vpc.cn-hangzhou.aliyuncs.com"],
  [{ ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: "false" }, undefined, "sts.cn-hangzhou.aliyuncs.com"],
  [{}, "1234567890123456.cn-hangzhou-internal.fc.aliyuncs.com", "sts-vpc.cn-hangzhou.aliyuncs.com"],
  [{ FC_ENDPOINT: "cn-hangzhou-internal.fc.aliyuncs.com" }, undefined, "sts-vpc.cn-hangzhou.aliyuncs.com"],
  [{}, "1234567890123456.cn-hangzhou.fc.aliyuncs.com", "sts.cn-hangzhou.aliyuncs.com"],
])("with %j and endpoint %s the account is found by a call to %s", (env: Environment, endpoint, sts) => {
  const connection = endpoint === undefined ? {} : { endpoint };
  expect(endpointsFor(REAL, connection, env).sts).toBe(sts);
  expect(stsEndpointFor("cn-hangzhou", connection, env).sts).toBe(sts);
});

const HOSTS = [
  "",
  " ",
  "localhost",
  "127.0.0.1",
  "127.0.0.1:8080",
  "[::1]",
  "[::1]:80",
  "0.0.0.0",
  "2130706433",
  "0x7f000001",
  "017700000001",
  "169.254.169.254",
  "100.100.100.200",
  "10.0.0.1",
  "metadata",
  "aliyuncs.com",
  ".aliyuncs.com",
  "aliyuncs.com.evil.com",
  "fc.aliyuncs.com.evil.com",
  "evilaliyuncs.com",
  "evil-aliyuncs.com",
  "fc.aliyuncs.com.",
  "fc.aliyuncs.com..",
  "fc..aliyuncs.com",
  "fc.aliyuncs.com@127.0.0.1",
  "fc.aliyuncs.com@127.0.0.1:80",
  "user@fc.aliyuncs.com",
  "user:pw@fc.aliyuncs.com",
  "fc.aliyuncs.com:8080",
  "fc.aliyuncs.com:80",
  "fc.aliyuncs.com/path",
  "fc.aliyuncs.com?query",
  "fc.aliyuncs.com#hash",
  "fc.aliyuncs.com\\@evil.com",
  "fc.aliyuncs.com/@evil.com",
  "evil.com/fc.aliyuncs.com",
  "evil.com#fc.aliyuncs.com",
  "evil.com?fc.aliyuncs.com",
  "evil.com\\fc.aliyuncs.com",
  "fc.aliyuncs.com\r\nHost: evil.com",
  "fc.aliyuncs.com\n.evil.com",
  "fc.aliyuncs.com\t.evil.com",
  "fc.aliyuncs.com%00.evil.com",
  "fc.aliyuncs.com%2eevil.com",
  "fc_aliyuncs.com",
  "fc.aliyuncs.co",
  "fc.aliyuncs.com.cn",
  "fc.aliyuncs.org",
  "http://fc.aliyuncs.com",
  "http://fcv3.cn-hangzhou.aliyuncs.com",
  "ftp://fc.aliyuncs.com",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "data:text/plain,x",
  "https://",
  "https:///",
  "//fc.aliyuncs.com/x",
  "https://evil.com",
  "https://fc.aliyuncs.com@evil.com",
  "https://fc.aliyuncs.com:443@evil.com",
  "ｆｃ.aliyuncs.com.evil.com",
  "xn--fc.evil.com",
  "null",
  "undefined",
];

it(`refuses ${HOSTS.length} other endpoints`, () => {
  const taken = HOSTS.filter((endpoint) => {
    try {
      endpointsFor(REAL, { endpoint }, {});
      return true;
    } catch (error) {
      expect(String(error)).toContain("allowed: a host under aliyuncs.com, reached over https");
      return false;
    }
  });
  expect(taken).toEqual([]);
  expect(HOSTS.length).toBeGreaterThanOrEqual(60);
});

it.each(FOREIGN_ENDPOINTS)("refuses FC_ENDPOINT=%s, the host of another place or service", (FC_ENDPOINT, reason) => {
  expect(() => endpointsFor(REAL, undefined, { FC_ENDPOINT })).toThrow(reason);
});

it.each(["", "cn", "evil.com/", "cn-hangzhou.evil.com", "cn-hangzhou/", "CN-HANGZHOU", "cn-hangzhou@evil.com"])(
  "refuses region %p before it becomes a part of a host name",
  (region) => {
    expect(() => endpointsFor({ ...REAL, region }, undefined, {})).toThrow(
      /^region: (required|got ".*", which is not a region id such as cn-hangzhou); set args.region, config alicloud:region or/,
    );
  },
);

it.each(["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])(
  "takes an emulator at %s",
  (address) => {
    const { protocol, fc, sts, emulator } = endpointsFor(EMULATOR, undefined, { ALICLOUD_FC_EMULATOR: address });
    expect([protocol, fc, sts, emulator]).toEqual(["http", address.slice(7), address.slice(7), true]);
  },
);

it.each([
  "https://127.0.0.1:9000",
  "http://10.0.0.1:9000",
  "http://evil.com",
  "127.0.0.1:9000",
  "http://a@127.0.0.1:1",
  "http://:b@127.0.0.1:1",
  "http://127.0.0.1:9000/?x",
  "http://127.0.0.1:9000/#x",
  "http://127.0.0.1.evil.com:9000",
  "http://0.0.0.0:9000",
  "x",
  "http://127.0.0.1:9000/x",
])("takes no emulator at %s", (address) => {
  expect(() => endpointsFor(EMULATOR, undefined, { ALICLOUD_FC_EMULATOR: address })).toThrow(
    /as fc-emulator prints it/,
  );
});

it("refuses a place and a switch that contradict each other", () => {
  expect(() => endpointsFor(REAL, undefined, { ALICLOUD_FC_EMULATOR: "http://127.0.0.1:1" })).toThrow(
    /not the account of an emulator/,
  );
  expect(() => endpointsFor(EMULATOR, undefined, {})).toThrow(
    /is the account of an emulator; start the emulator and set ALICLOUD_FC_EMULATOR/,
  );
});

it("sends keys of an emulator only to an emulator, and no other keys to it", async () => {
  const keys = (id: string) => ({ ALIBABA_CLOUD_ACCESS_KEY_ID: id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret" });
  expect(await findKeys(true, undefined, keys("fcemu-1"))).toEqual({
    accessKeyId: "fcemu-1",
    accessKeySecret: "secret",
  });
  await expect(findKeys(true, undefined, keys("LTAI1"))).rejects.toThrow(/other keys are never sent to an emulator/);
  await expect(findKeys(true, undefined, {})).rejects.toThrow(/are not the keys that fc-emulator prints/);
  const before = { ...process.env };
  Object.assign(process.env, keys("fcemu-1"));
  try {
    await expect(findKeys(false, undefined, process.env)).rejects.toThrow(/the access key belongs to an emulator/);
  } finally {
    process.env = before;
  }
});
