import * as fc from "@alicloud/fc20230330";

import { Api, refusal, useEmulator } from "./support";

const emulator = useEmulator();
let api: Api;
let arn: string;
beforeAll(async () => {
  api = new Api(emulator());
  arn = String((await api.create("tagged", { tags: [{ key: "a", value: "1" }] as never })).functionArn);
});

async function tags(): Promise<Record<string, string>> {
  const request = new fc.ListTagResourcesRequest({ resourceType: "function", resourceId: [arn] });
  const rows = (await api.sdk.listTagResources(request)).body?.tagResources ?? [];
  return Object.fromEntries(rows.map((row): [string, string] => [String(row.tagKey), String(row.tagValue)]));
}

it("tags can be added, replaced, listed and removed", async () => {
  const Tag = [
    { key: "a", value: "2" },
    { key: "b", value: "3" },
  ];
  const body = new fc.TagResourcesInput({ resourceType: "function", resourceId: [arn], tag: Tag as never });
  await api.sdk.tagResources(new fc.TagResourcesRequest({ body }));
  expect(await tags()).toEqual({ a: "2", b: "3" });
  expect((await api.get("tagged")).tags).toHaveLength(2);
  const untag = { resourceType: "function", resourceId: [arn] };
  await api.sdk.untagResources(new fc.UntagResourcesRequest({ ...untag, tagKey: ["a"] }));
  expect(await tags()).toEqual({ b: "3" });
  await api.sdk.untagResources(new fc.UntagResourcesRequest({ ...untag, all: true }));
  expect(await tags()).toEqual({});
});

it("a resource of another kind is refused, and a resource of another account is not found", async () => {
  const list = (resourceType: string, id: string) =>
    refusal(api.sdk.listTagResources(new fc.ListTagResourcesRequest({ resourceType, resourceId: [id] })));
  expect(await list("layer", arn)).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
  expect(await list("function", arn.replace(emulator().accountId, "1"))).toMatchObject({ code: "FunctionNotFound" });
});
