/** Layers: version numbers, lists, access, and layers of a function. */
import * as fc from "@alicloud/fc20230330";
import { crc64 } from "../../../emulator";
import { zipInput } from "../../emulator/support";
import { type Case, type Target, refusal } from "../case";

async function layer(t: Target, name: string, compatibleRuntime = ["nodejs20"]): Promise<fc.Layer> {
  const body = new fc.CreateLayerVersionInput({ code: zipInput({ x: "" }), compatibleRuntime });
  const request = new fc.CreateLayerVersionRequest({ body });
  return (await t.api.sdk.createLayerVersionWithOptions(name, request, {}, t.api.runtime)).body as fc.Layer;
}

export const LAYERS: Case[] = [
  {
    name: "the number of a deleted layer version is not used again",
    source: "the SDK's CreateLayerVersionInput; numbers rise",
    grade: "B",
    async run(t) {
      const layer = t.name("layer");
      const make = async () => {
        const body = new fc.CreateLayerVersionInput({ code: zipInput({ x: "" }), compatibleRuntime: ["nodejs20"] });
        const request = new fc.CreateLayerVersionRequest({ body });
        return (await t.api.sdk.createLayerVersionWithOptions(layer, request, {}, t.api.runtime)).body?.version;
      };
      const remove = (version: string) => t.api.sdk.deleteLayerVersionWithOptions(layer, version, {}, t.api.runtime);
      expect(await make()).toBe(1);
      await remove("1");
      expect(await make()).toBe(2);
      await remove("2");
    },
  },
  {
    name: "a layer version can be read by name and number, and by its ARN",
    source: "the SDK's Layer",
    grade: "D",
    async run(t) {
      const layerName = t.name("layer");
      const { layerVersionArn = "" } = await layer(t, layerName);
      expect(layerVersionArn).toBe(`acs:fc:${t.region}:${t.accountId}:layers/${layerName}/versions/1`);
      const expected = { layerName, version: 1, layerVersionArn, compatibleRuntime: ["nodejs20"] };
      const { body: named } = await t.api.sdk.getLayerVersionWithOptions(layerName, "1", {}, t.api.runtime);
      expect(named).toMatchObject(expected);
      const { body: found } = await t.api.sdk.getLayerVersionByArnWithOptions(layerVersionArn, {}, t.api.runtime);
      expect(found).toMatchObject(expected);
    },
  },
  {
    name: "ListLayers has the newest version of each layer",
    source: "the SDK's ListLayersOutput has layers, each with one version",
    grade: "E",
    async run(t) {
      const layerName = t.name("layer");
      await layer(t, layerName);
      await layer(t, layerName);
      const request = new fc.ListLayersRequest({ prefix: layerName });
      const { body } = await t.api.sdk.listLayersWithOptions(request, {}, t.api.runtime);
      expect(body?.layers).toMatchObject([{ layerName, version: 2 }]);
    },
  },
  {
    name: "a layer is private until it is made public",
    source: "the SDK's PutLayerACLRequest",
    grade: "D",
    async run(t) {
      const layerName = t.name("layer");
      expect((await layer(t, layerName)).acl).toBe("0");
      const request = new fc.PutLayerACLRequest({ acl: "1" });
      await t.api.sdk.putLayerACLWithOptions(layerName, request, {}, t.api.runtime);
      const { body } = await t.api.sdk.getLayerVersionWithOptions(layerName, "1", {}, t.api.runtime);
      expect(body?.acl).toBe("1");
    },
  },
  {
    name: "GetFunction answers the layers of a function",
    source: "the SDK's FunctionLayer",
    grade: "D",
    async run(t) {
      const { layerVersionArn = "" } = await layer(t, t.name("layer"));
      const name = await t.make({ layers: [layerVersionArn] });
      expect((await t.api.get(name)).layers).toMatchObject([{ arn: layerVersionArn }]);
    },
  },
  {
    name: "a layer that does not exist is refused",
    source: "error tables",
    grade: "B",
    async run(t) {
      const { layerVersionArn = "" } = await layer(t, t.name("layer"));
      const layers = [layerVersionArn.replace(/1$/, "9")];
      expect(await refusal(t.make({ layers }))).toBe("404 LayerVersionNotFound");
    },
  },
  {
    name: "a layer for other runtimes is refused",
    source: "error texts of public clients",
    grade: "C",
    async run(t) {
      const { layerVersionArn = "" } = await layer(t, t.name("layer"), ["python3.10"]);
      expect(await refusal(t.make({ layers: [layerVersionArn] }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "a layer version has the sent values and an address of its package",
    source: "the SDK's Layer",
    grade: "D",
    async run(t) {
      const layerName = t.name("layer");
      const code = zipInput({ x: "y" });
      const body = new fc.CreateLayerVersionInput({ code, description: "text", license: "MIT" });
      const request = new fc.CreateLayerVersionRequest({ body });
      await t.api.sdk.createLayerVersionWithOptions(layerName, request, {}, t.api.runtime);
      const { body: made } = await t.api.sdk.getLayerVersionWithOptions(layerName, "1", {}, t.api.runtime);
      const bytes = Buffer.from(code.zipFile ?? "", "base64");
      const sums = { codeSize: bytes.length, codeChecksum: crc64(bytes) };
      expect(made).toMatchObject({ layerName, description: "text", license: "MIT", ...sums });
      expect(made?.createTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const answer = await fetch(made?.code?.location ?? "");
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    },
  },
  {
    name: "layer versions are listed from a start number on, without deleted ones",
    source: "the SDK's ListLayerVersionsRequest; that numbers rise is assumed",
    grade: "E",
    async run(t) {
      const layerName = t.name("layer");
      for (let made = 0; made < 3; made++) await layer(t, layerName);
      const list = async (query: Partial<fc.ListLayerVersionsRequest>) => {
        const request = new fc.ListLayerVersionsRequest(query);
        const { body } = await t.api.sdk.listLayerVersionsWithOptions(layerName, request, {}, t.api.runtime);
        return [body?.layers?.map(({ version }) => version), body?.nextVersion];
      };
      expect(await list({ startVersion: "1", limit: 2 })).toEqual([[1, 2], 3]);
      expect(await list({ startVersion: "3" })).toEqual([[3], undefined]);
      await t.api.sdk.deleteLayerVersionWithOptions(layerName, "3", {}, t.api.runtime);
      expect(await list({ startVersion: "2" })).toEqual([[2], undefined]);
      const gone = t.api.sdk.getLayerVersionWithOptions(layerName, "3", {}, t.api.runtime);
      expect(await refusal(gone)).toBe("404 LayerVersionNotFound");
    },
  },
  {
    name: "an unknown layer has no versions to list",
    source: "error tables",
    grade: "B",
    async run(t) {
      const request = new fc.ListLayerVersionsRequest({ startVersion: "1" });
      const listed = t.api.sdk.listLayerVersionsWithOptions(t.name("layer"), request, {}, t.api.runtime);
      expect(await refusal(listed)).toBe("404 LayerNotFound");
    },
  },
  {
    name: "a function has at most 5 layers",
    source: "quotas",
    grade: "B",
    async run(t) {
      const { layerVersionArn = "" } = await layer(t, t.name("layer"));
      expect(await refusal(t.make({ layers: Array<string>(6).fill(layerVersionArn) }))).toMatch(/^400 /);
    },
  },
];
