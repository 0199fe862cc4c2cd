/** Versions: numbers, frozen content, conditions of a publish, lists, deletion. */
import * as fc from "@alicloud/fc20230330";
import { zipInput } from "../../emulator/support";
import { type Case, type Target, refusal, refusalText } from "../case";

const VERSIONS = "Manage versions, documentation of 3.0";

/** Parts that a version freezes, each with a change of LATEST that the version must not have. */
const FROZEN: [string, Partial<fc.UpdateFunctionInput>][] = [
  ["environment variables", { environmentVariables: { B: "2" } }],
  ["timeout", { timeout: 9 }],
  ["memory", { memorySize: 1024, cpu: 1 }],
  ["handler", { handler: "other.handler" }],
  ["code", { code: zipInput({ "index.js": "exports.handler = async () => 'new';" }) }],
];

/** Two versions, of which the second has another timeout. */
async function two(t: Target): Promise<string> {
  const name = await t.make();
  await t.api.publish(name, "one");
  await t.api.update(name, { timeout: 9 });
  await t.api.publish(name, "two");
  return name;
}

export const VERSION_CASES: Case[] = [
  {
    name: "version numbers begin at 1 and rise by one",
    source: VERSIONS,
    grade: "B",
    async run(t) {
      const name = await two(t);
      const { versions } = await t.api.versions(name);
      expect(versions?.map(({ versionId, description }) => [versionId, description])).toEqual([
        ["2", "two"],
        ["1", "one"],
      ]);
    },
  },
  {
    name: "the answer to a publish has number, description and times",
    source: "the SDK's Version",
    grade: "D",
    async run(t) {
      const name = await t.make();
      const utc = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
      const expected = { versionId: "1", description: "text", createdTime: utc, lastModifiedTime: utc };
      expect(await t.api.publish(name, "text")).toMatchObject(expected);
    },
  },
  {
    name: "whether GetFunction answers the description of the version or of the function",
    source: "acceptance tests of Terraform's alicloud provider, which import a version by GetFunction",
    grade: "C",
    switches: ["versionDescription"],
    async run(t) {
      const name = await t.make({ description: "of the function" });
      await t.api.publish(name, "of the version");
      const expected = t.switches.versionDescription === "version" ? "of the version" : "of the function";
      expect((await t.api.get(name, "1")).description).toBe(expected);
    },
  },
  ...FROZEN.map(([what, change]): Case => ({
    name: `a version keeps its ${what}`,
    source: VERSIONS,
    grade: "B",
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      const before = await t.api.get(name, "1");
      expect(before).toMatchObject({ timeout: 3, handler: "index.handler", environmentVariables: {} });
      await t.api.update(name, change);
      expect(await t.api.get(name, "1")).toEqual(before);
      expect((await t.api.get(name)).lastModifiedTime).toBeDefined();
    },
  })),
  ...FROZEN.map(([what, change]): Case => ({
    name: `another ${what} can be published`,
    source: VERSIONS,
    grade: "B",
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      await t.api.update(name, change);
      expect(await t.api.publish(name)).toMatchObject({ versionId: "2" });
    },
  })),
  {
    name: "a publish without a change is refused",
    source: "code and text in three public clients; the status is assumed",
    grade: "E",
    switches: ["publishGuard", "publishErrorStatus"],
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      const { publishGuard, publishErrorStatus } = t.switches;
      const expected = publishGuard === "off" ? "accepted" : `${publishErrorStatus} VersionPublishError`;
      expect(await refusal(t.api.publish(name))).toBe(expected);
    },
  },
  {
    name: "the message of a publish without a change",
    source: "three public clients",
    grade: "C",
    switches: ["publishGuard"],
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      const text = await refusalText(t.api.publish(name));
      if (t.switches.publishGuard !== "off") expect(text).toContain("No changes were made since last publish");
    },
  },
  {
    name: "whether an update with the same values counts as a change",
    source: "no source for 3.0",
    grade: "E",
    switches: ["publishGuard"],
    async run(t) {
      const name = await t.make({ timeout: 7 });
      await t.api.publish(name);
      await t.api.update(name, { timeout: 7 });
      const refused = t.switches.publishGuard === "content";
      expect((await refusal(t.api.publish(name))) === "accepted").toBe(!refused);
    },
  },
  {
    name: "a return to the content before the last publish counts as a change",
    source: "the comparison is with the last publish; inferred",
    grade: "E",
    async run(t) {
      const name = await two(t);
      await t.api.update(name, { timeout: 3 });
      expect(await t.api.publish(name)).toMatchObject({ versionId: "3" });
    },
  },
  {
    name: "with a header, a publish without a change answers the newest version",
    source: "a flag of the official command line of 2.0",
    grade: "E",
    switches: ["publishErrorHeader", "publishGuard"],
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      const headers = { "x-fc-ignore-version-publish-error": "true" };
      const request = new fc.PublishFunctionVersionRequest({ body: new fc.PublishVersionInput({}) });
      const again = t.api.sdk.publishFunctionVersionWithOptions(name, request, headers, t.api.runtime);
      const { publishErrorHeader, publishGuard } = t.switches;
      const accepted = publishErrorHeader === "obeyed" || publishGuard === "off";
      expect((await refusal(again)) === "accepted").toBe(accepted);
    },
  },
  {
    name: "whether a refused publish uses a version number",
    source: "no source",
    grade: "E",
    switches: ["refusedPublish"],
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      await refusal(t.api.publish(name));
      await t.api.update(name, { timeout: 9 });
      expect((await t.api.publish(name)).versionId).toBe(t.switches.refusedPublish === "burns" ? "3" : "2");
    },
  },
  {
    name: "the number of a deleted version is not used again",
    source: VERSIONS,
    grade: "B",
    async run(t) {
      const name = await t.make();
      await t.api.publish(name);
      await t.api.deleteVersion(name, "1");
      await t.api.update(name, { timeout: 9 });
      expect(await t.api.publish(name)).toMatchObject({ versionId: "2" });
    },
  },
  {
    name: "the newest version is listed first",
    source: "fc3 takes the first row as the newest",
    grade: "C",
    async run(t) {
      const name = await two(t);
      const { versions } = await t.api.versions(name, { limit: 1 });
      expect(versions?.[0]?.versionId).toBe("2");
    },
  },
  {
    name: "with FORWARD, the oldest version is listed first",
    source: "API page of ListFunctionVersions",
    grade: "B",
    async run(t) {
      const name = await two(t);
      const { versions, direction } = await t.api.versions(name, { direction: "FORWARD" });
      expect([direction, versions?.map(({ versionId }) => versionId)]).toEqual(["FORWARD", ["1", "2"]]);
    },
  },
  {
    name: "the list of versions does not contain LATEST",
    source: "peers filter digits and never special-case it; inferred",
    grade: "C",
    async run(t) {
      const name = await t.make();
      expect((await t.api.versions(name)).versions).toEqual([]);
    },
  },
  {
    name: "whether the main version of an alias can be deleted",
    source: "console text: deleting a version does not delete aliases",
    grade: "B",
    switches: ["deleteVersionInUse"],
    async run(t) {
      const name = await two(t);
      await t.api.createAlias(name, "live", { versionId: "1" });
      const deleted = (await refusal(t.api.deleteVersion(name, "1"))) === "accepted";
      expect(deleted).toBe(t.switches.deleteVersionInUse === "allow");
    },
  },
  {
    name: "deleting an unknown version is refused",
    source: "error tables",
    grade: "B",
    async run(t) {
      expect(await refusal(t.api.deleteVersion(await t.make(), "7"))).toBe("404 VersionNotFound");
    },
  },
  {
    name: "a description longer than 256 characters is refused",
    source: "documentation of 2.0 says so for aliases",
    grade: "E",
    async run(t) {
      const name = await t.make();
      expect(await refusal(t.api.publish(name, "x".repeat(257)))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "reading an unknown version is refused",
    source: "error tables; which code an unknown qualifier has is open",
    grade: "E",
    switches: ["unknownQualifier"],
    async run(t) {
      const code = t.switches.unknownQualifier === "alias" ? "AliasNotFound" : "VersionNotFound";
      expect(await refusal(t.api.get(await t.make(), "7"))).toBe(`404 ${code}`);
    },
  },
  {
    name: "reading an unknown alias is refused",
    source: "error tables; which code an unknown qualifier has is open",
    grade: "E",
    switches: ["unknownQualifier"],
    async run(t) {
      const code = t.switches.unknownQualifier === "version" ? "VersionNotFound" : "AliasNotFound";
      expect(await refusal(t.api.get(await t.make(), "nobody"))).toBe(`404 ${code}`);
    },
  },
  {
    name: "a version has checksum and size of the code at the time of its publish",
    source: "the SDK's Function",
    grade: "D",
    async run(t) {
      const name = await t.make();
      const { codeChecksum, codeSize } = await t.api.get(name);
      await t.api.publish(name);
      await t.api.update(name, { code: zipInput({ "index.js": "exports.handler = async () => 'other';" }) });
      expect(codeSize).toBeGreaterThan(0);
      expect(await t.api.get(name, "1")).toMatchObject({ codeChecksum, codeSize });
      expect((await t.api.get(name)).codeChecksum).not.toBe(codeChecksum);
      expect([(await t.api.code(name, "1")).checksum]).toEqual([codeChecksum]);
    },
  },
  {
    name: "a deleted version can no longer be read",
    source: "API page of DeleteFunctionVersion",
    grade: "B",
    async run(t) {
      const name = await two(t);
      await t.api.deleteVersion(name, "1");
      expect((await t.api.versions(name)).versions?.map(({ versionId }) => versionId)).toEqual(["2"]);
      expect(await refusal(t.api.deleteVersion(name, "1"))).toBe("404 VersionNotFound");
      expect(await refusal(t.api.createAlias(name, "live", { versionId: "1" }))).toBe("404 VersionNotFound");
    },
  },
  {
    name: "whether an additional version of an alias can be deleted",
    source: "console text: deleting a version does not delete aliases",
    grade: "E",
    switches: ["deleteVersionInUse"],
    async run(t) {
      const name = await two(t);
      await t.api.createAlias(name, "live", { versionId: "1", additionalVersionWeight: { "2": 0.1 } });
      const deleted = (await refusal(t.api.deleteVersion(name, "2"))) === "accepted";
      expect(deleted).toBe(t.switches.deleteVersionInUse === "allow");
    },
  },
  {
    name: "LATEST cannot be deleted",
    source: "LATEST is the function itself; the code is assumed",
    grade: "E",
    async run(t) {
      expect(await refusal(t.api.deleteVersion(await t.make(), "LATEST"))).toMatch(/^4/);
    },
  },
  {
    name: "versions are listed in pages, in the order of their numbers",
    source: "the SDK's ListFunctionVersionsRequest",
    grade: "D",
    async run(t) {
      const name = await t.make();
      for (let timeout = 4; timeout < 14; timeout += 1) {
        await t.api.publish(name);
        await t.api.update(name, { timeout });
      }
      const pages: string[][] = [];
      let nextToken: string | undefined = "";
      do {
        const page: fc.ListVersionsOutput = await t.api.versions(name, { limit: 4, nextToken });
        pages.push((page.versions ?? []).map(({ versionId = "" }) => versionId));
        nextToken = page.nextToken;
      } while (nextToken !== undefined && pages.length < 9);
      expect(pages).toEqual([
        ["10", "9", "8", "7"],
        ["6", "5", "4", "3"],
        ["2", "1"],
      ]);
    },
  },
  {
    name: "a direction other than BACKWARD and FORWARD is refused",
    source: "API page of ListFunctionVersions names two; the refusal is assumed",
    grade: "E",
    async run(t) {
      expect(await refusal(t.api.versions(await t.make(), { direction: "UP" }))).toBe("400 InvalidArgument");
    },
  },
];
