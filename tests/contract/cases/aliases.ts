/** Aliases: names, targets, weights, clearing and keeping, updates without a change. */
import { type Case, type Target, refusal, refusalText } from "../case";

const ALIASES = "Manage aliases, documentation";

/** A function with versions 1 and 2, and an alias `live` to 1. */
async function live(t: Target, weights: Record<string, number> = {}): Promise<string> {
  const name = await t.make();
  await t.api.publish(name);
  await t.api.update(name, { timeout: 9 });
  await t.api.publish(name);
  await t.api.createAlias(name, "live", { versionId: "1", additionalVersionWeight: weights });
  return name;
}

/** The weights of an alias; absent, null and `{}` are the same. */
async function weightsOf(t: Target, name: string): Promise<Record<string, number>> {
  return (await t.api.getAlias(name, "live")).additionalVersionWeight ?? {};
}

export const ALIAS_CASES: Case[] = [
  ...["a", "_", "A-b_9", "x".repeat(128), "latest"].map((alias): Case => ({
    name: `an alias may be called '${alias.slice(0, 8)}' (${alias.length} characters)`,
    source: "documentation of 2.0",
    grade: "B",
    async run(t) {
      const name = await live(t);
      expect(await t.api.createAlias(name, alias, { versionId: "1" })).toMatchObject({ aliasName: alias });
    },
  })),
  ...["1a", "-a", "a.b", "x".repeat(129), "LATEST"].map((alias): Case => ({
    name: `an alias may not be called '${alias.slice(0, 8)}' (${alias.length} characters)`,
    source: "documentation of 2.0",
    grade: "B",
    async run(t) {
      const name = await live(t);
      expect(await refusal(t.api.createAlias(name, alias, { versionId: "1" }))).toBe("400 InvalidArgument");
    },
  })),
  ...[0.001, 0.05, 0.541, 0.999].map((weight): Case => ({
    name: `weight ${weight} is answered unchanged`,
    source: "three decimals seen in use",
    grade: "C",
    async run(t) {
      expect(await weightsOf(t, await live(t, { "2": weight }))).toEqual({ "2": weight });
    },
  })),
  {
    name: "how a weight with more than three decimals is answered",
    source: "no source",
    grade: "E",
    switches: ["weightPrecision"],
    async run(t) {
      const name = await live(t);
      const sent = t.api.updateAlias(name, "live", { additionalVersionWeight: { "2": 0.12345 } });
      const { weightPrecision } = t.switches;
      expect(await refusal(sent)).toBe(weightPrecision === "refused" ? "400 InvalidArgument" : "accepted");
      const kept = { kept: { "2": 0.12345 }, thousandths: { "2": 0.123 }, refused: {} };
      expect(await weightsOf(t, name)).toEqual(kept[weightPrecision]);
    },
  },
  {
    name: "whether the first read after a change has the new values",
    source: "no source",
    grade: "E",
    switches: ["readAfterWrite"],
    async run(t) {
      const name = await live(t, { "2": 0.1 });
      // Late reads do not find new objects.
      await weightsOf(t, name).catch(() => undefined);
      await t.api.updateAlias(name, "live", { additionalVersionWeight: { "2": 0.2 } });
      const first = await weightsOf(t, name);
      expect([first, await weightsOf(t, name)]).toEqual([
        { "2": t.switches.readAfterWrite === "late" ? 0.1 : 0.2 },
        { "2": 0.2 },
      ]);
    },
  },
  ...[0, 1].map((weight): Case => ({
    name: `weight ${weight} is accepted`,
    source: "documentation of 2.0: bounds 0 and 1",
    grade: "B",
    async run(t) {
      expect(await weightsOf(t, await live(t, { "2": weight }))).toEqual({ "2": weight });
    },
  })),
  ...[-0.1, 1.1, 1.7, 25].map((weight): Case => ({
    name: `weight ${weight} is refused`,
    source: "documentation of 2.0: bounds 0 and 1",
    grade: "B",
    async run(t) {
      expect(await refusal(live(t, { "2": weight }))).toBe("400 InvalidArgument");
    },
  })),
  {
    name: "an existing alias cannot be created again",
    source: "error tables",
    grade: "B",
    async run(t) {
      const name = await live(t);
      expect(await refusal(t.api.createAlias(name, "live", { versionId: "1" }))).toBe("409 AliasAlreadyExists");
    },
  },
  {
    name: "an alias to a version that does not exist is refused",
    source: "error tables",
    grade: "C",
    async run(t) {
      const name = await live(t);
      expect(await refusal(t.api.createAlias(name, "other", { versionId: "9" }))).toBe("404 VersionNotFound");
    },
  },
  {
    name: "a weight for a version that does not exist is refused",
    source: "assumed",
    grade: "E",
    async run(t) {
      expect(await refusal(live(t, { "9": 0.1 }))).toBe("404 VersionNotFound");
    },
  },
  {
    name: "whether an alias may point to LATEST",
    source: "pattern of Terraform's first provider; fc3 avoids it",
    grade: "E",
    switches: ["aliasToLatest"],
    async run(t) {
      const name = await live(t);
      const made = refusal(t.api.createAlias(name, "newest", { versionId: "LATEST" }));
      expect((await made) === "accepted").toBe(t.switches.aliasToLatest === "allow");
    },
  },
  {
    name: "an alias may not point to an alias",
    source: ALIASES,
    grade: "B",
    async run(t) {
      const name = await live(t);
      expect(await refusal(t.api.createAlias(name, "second", { versionId: "live" }))).toBe("400 InvalidArgument");
    },
  },
  {
    name: "whether a weight for the main version is refused",
    source: "error table of 2021; older acceptance tests passed",
    grade: "B",
    switches: ["mainVersionWeight"],
    async run(t) {
      const made = await refusal(live(t, { "1": 0.1 }));
      const expected =
        t.switches.mainVersionWeight === "allow" ? "accepted" : "400 AdditionalVersionContainsMajorVersion";
      expect(made).toBe(expected);
    },
  },
  {
    name: "whether an alias may have several additional versions",
    source: "the type allows several, every document shows one",
    grade: "E",
    switches: ["additionalVersions"],
    async run(t) {
      const name = await live(t);
      await t.api.update(name, { timeout: 10 });
      await t.api.publish(name);
      const updated = refusal(t.api.updateAlias(name, "live", { additionalVersionWeight: { "2": 0.1, "3": 0.1 } }));
      expect((await updated) === "accepted").toBe(t.switches.additionalVersions === "several");
    },
  },
  {
    name: "weights with a sum above 1 are refused",
    source: "assumed",
    grade: "E",
    async run(t) {
      const name = await live(t);
      await t.api.update(name, { timeout: 10 });
      await t.api.publish(name);
      const weights = { "2": 0.6, "3": 0.6 };
      expect(await refusal(t.api.updateAlias(name, "live", { additionalVersionWeight: weights }))).toBe(
        "400 InvalidArgument",
      );
    },
  },
  {
    name: "an empty map clears the weights",
    source: "promotion scripts of users, the command line of 2.0",
    grade: "C",
    async run(t) {
      const name = await live(t, { "2": 0.1 });
      await t.api.updateAlias(name, "live", { additionalVersionWeight: {} });
      expect(await weightsOf(t, name)).toEqual({});
    },
  },
  {
    name: "whether an update without weights keeps or clears them",
    source: "Terraform's provider sends changed fields only; the canary plugin relies on the opposite",
    grade: "C",
    switches: ["omittedWeights"],
    async run(t) {
      const name = await live(t, { "2": 0.1 });
      await t.api.updateAlias(name, "live", { description: "new" });
      expect(await weightsOf(t, name)).toEqual(t.switches.omittedWeights === "keep" ? { "2": 0.1 } : {});
    },
  },
  {
    name: "an update without a main version keeps it",
    source: "the SDK's test of 2.0",
    grade: "C",
    async run(t) {
      const name = await live(t);
      await t.api.updateAlias(name, "live", { description: "new" });
      const utc = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
      const times = { createdTime: utc, lastModifiedTime: utc };
      expect(await t.api.getAlias(name, "live")).toMatchObject({ versionId: "1", description: "new", ...times });
    },
  },
  {
    name: "whether an update without a change is refused",
    source: "text seen with fc3; code and status are open",
    grade: "E",
    switches: ["aliasNoChange"],
    async run(t) {
      const name = await live(t);
      const expected = { refuse400: "400 InvalidArgument", refuse409: "409 InvalidArgument", accept: "accepted" };
      const updated = refusal(t.api.updateAlias(name, "live", { versionId: "1" }));
      expect(await updated).toBe(expected[t.switches.aliasNoChange]);
    },
  },
  {
    name: "the message of an update without a change",
    source: "seen with fc3",
    grade: "C",
    switches: ["aliasNoChange"],
    async run(t) {
      const name = await live(t);
      const text = await refusalText(t.api.updateAlias(name, "live", { versionId: "1" }));
      if (t.switches.aliasNoChange !== "accept") expect(text).toContain("Can not update alias without any change");
    },
  },
  {
    name: "one update changes main version and weights",
    source: "inferred from the SDK's UpdateAliasInput",
    grade: "D",
    async run(t) {
      const name = await live(t, { "2": 0.5 });
      await t.api.updateAlias(name, "live", { versionId: "2", additionalVersionWeight: {} });
      expect([(await t.api.getAlias(name, "live")).versionId, await weightsOf(t, name)]).toEqual(["2", {}]);
    },
  },
  {
    name: "which version GetFunction shows for a weighted alias",
    source: "no source",
    grade: "E",
    switches: ["aliasShows"],
    async run(t) {
      const name = await live(t, { "2": 0.5 });
      expect((await t.api.get(name, "live")).timeout).toBe(t.switches.aliasShows === "main" ? 3 : 9);
    },
  },
  {
    name: "deleting an alias does not delete its version",
    source: ALIASES,
    grade: "B",
    async run(t) {
      const name = await live(t);
      await t.api.deleteAlias(name, "live");
      expect(await refusal(t.api.getAlias(name, "live"))).toBe("404 AliasNotFound");
      expect((await t.api.versions(name)).versions).toHaveLength(2);
    },
  },
  {
    name: "aliases are listed in the order of names, by prefix, in pages",
    source: "the SDK's ListAliasesRequest",
    grade: "D",
    async run(t) {
      const name = await live(t);
      for (const alias of ["p-b", "p-a", "p-c"]) await t.api.createAlias(name, alias, { versionId: "1" });
      const first = await t.api.listAliases(name, { prefix: "p-", limit: 2 });
      expect(first.aliases?.map(({ aliasName }) => aliasName)).toEqual(["p-a", "p-b"]);
      const rest = await t.api.listAliases(name, { prefix: "p-", limit: 2, nextToken: first.nextToken ?? "" });
      expect(rest.aliases?.map(({ aliasName }) => aliasName)).toEqual(["p-c"]);
      expect(rest.nextToken).toBeUndefined();
    },
  },
  {
    name: "a description of 257 characters is refused",
    source: "documentation of 2.0",
    grade: "B",
    async run(t) {
      const name = await live(t);
      const updated = t.api.updateAlias(name, "live", { description: "x".repeat(257) });
      expect(await refusal(updated)).toBe("400 InvalidArgument");
    },
  },
  {
    name: "an update without a description keeps it",
    source: "Terraform's provider sends changed fields only",
    grade: "C",
    async run(t) {
      const name = await live(t);
      await t.api.updateAlias(name, "live", { description: "kept" });
      await t.api.updateAlias(name, "live", { versionId: "2" });
      expect(await t.api.getAlias(name, "live")).toMatchObject({ versionId: "2", description: "kept" });
    },
  },
  {
    name: "new weights replace all earlier weights",
    source: "the SDK's UpdateAliasInput: one map",
    grade: "D",
    async run(t) {
      const name = await live(t, { "2": 0.1 });
      await t.api.update(name, { timeout: 10 });
      await t.api.publish(name);
      await t.api.updateAlias(name, "live", { additionalVersionWeight: { "3": 0.2 } });
      expect(await weightsOf(t, name)).toEqual({ "3": 0.2 });
    },
  },
  {
    name: "the answer to an update has the new values",
    source: "the SDK's UpdateAliasResponse",
    grade: "D",
    async run(t) {
      const name = await live(t);
      const input = { description: "new", additionalVersionWeight: { "2": 0.3 } };
      expect(await t.api.updateAlias(name, "live", input)).toMatchObject({
        aliasName: "live",
        versionId: "1",
        ...input,
      });
    },
  },
  {
    name: "updating or deleting an unknown alias is refused",
    source: "error tables",
    grade: "B",
    async run(t) {
      const name = await live(t);
      expect(await refusal(t.api.updateAlias(name, "other", { versionId: "2" }))).toBe("404 AliasNotFound");
      expect(await refusal(t.api.deleteAlias(name, "other"))).toBe("404 AliasNotFound");
    },
  },
  {
    name: "an alias without a main version is refused",
    source: "API page of CreateAlias",
    grade: "B",
    async run(t) {
      expect(await refusal(t.api.createAlias(await live(t), "other", {}))).toBe("400 InvalidArgument");
    },
  },
];
