/**
 * `check` and `diff` as the engine calls them, with unusual values in any member, at any depth. No call throws an
 * unexpected error, and no result is computed from an unknown value. `total.deep.ts` has more values.
 */
import { FUNCTION_SETTINGS } from "../../provider/core/function";
import { Function } from "../../provider/v1";
import { MARKERS, opened } from "../support/wire";
import { FUNCTION, KINDS, ODD, type Path, pathsIn, type Props, put, testAnything, UNKNOWN } from "./anything";

/** The fingerprint and the environment fingerprint of the first release, for inputs with some settings and with all settings. */
const PINNED = {
  some: ["f1:0ad19a0a8fc8b88ccdbe234b1e92c325", "a6ec665288ec454d059a432163939fc0"],
  full: ["f1:e0623a3e1c2141f1c7ea7f77f50d67b0", "45559933694ca42b6662d3859e120155"],
};

testAnything(150);

describe.each(KINDS)("%s", (kind, provider, full, outputs) => {
  const paths = pathsIn(full);

  it("check accepts full inputs, its result is checked to the same result, and the diff shows no change", async () => {
    const { inputs, failures } = await provider.check({}, full);
    expect(failures).toEqual([]);
    const once = opened(inputs);
    const again = await provider.check(once, once);
    expect(again.failures).toEqual([]);
    expect(opened(again.inputs)).toEqual(once);
    expect(await provider.diff("id", { ...once, ...outputs }, once)).toEqual({ changes: false });
  });

  it(`takes each of ${MARKERS.length} markers at each of ${paths.length} places, in check and in diff`, async () => {
    const stored = { ...opened((await provider.check({}, full)).inputs), ...outputs };
    for (const path of paths) {
      for (const marker of MARKERS) {
        const { inputs, failures } = await provider.check(full, put(full, path, marker) as Props);
        expect({ path, failures }).toEqual({ path, failures: [] });
        await provider.diff("id", stored, opened(inputs));
      }
    }
  });

  it(`answers each of ${ODD.length} odd values at each of ${paths.length} places`, async () => {
    for (const path of paths) {
      for (const value of ODD) {
        const { inputs, failures } = await provider.check(full, put(full, path, value) as Props);
        const unnamed = failures.filter(({ property, reason }) => !reason.startsWith(property.split(".")[0] ?? ""));
        expect({ path, value, unnamed }).toEqual({ path, value, unnamed: [] });
        const once = opened(inputs);
        if (failures.length === 0) expect(await provider.diff("id", { ...once, ...outputs }, once)).toBeDefined();
      }
    }
  });

  it("computes nothing from unknown values", async () => {
    const before = opened((await provider.check({}, full)).inputs);
    const computed = Object.keys(before).filter((key) => !(key in full) && key !== "owner");
    for (const path of paths) {
      const after = opened((await provider.check({}, put(full, path, UNKNOWN) as Props)).inputs);
      if (path.length === 1 && ["region", "accountId", "functionName", "aliasName"].includes(String(path[0]))) {
        for (const arn of computed.filter((key) => key.endsWith("Arn"))) expect(after[arn]).toBe(UNKNOWN);
      }
      // A computed member is unchanged, or it is the marker for unknown values. It is never computed from this marker.
      const wrong = computed.filter((key) => after[key] !== before[key] && after[key] !== UNKNOWN);
      expect({ path, wrong }).toEqual({ path, wrong: [] });
    }
    expect(computed.sort()).toEqual(
      {
        Function: ["environmentFingerprint", "fingerprint", "functionArn", "revision"],
        Version: [],
        Release: ["aliasArn"],
        Alias: ["aliasArn"],
        HttpTrigger: [],
      }[kind],
    );
  });

  it("null counts as absent, at every place", async () => {
    const without = (value: unknown, [first, ...rest]: Path): unknown => {
      const map = value as Props;
      const { [String(first)]: member, ...others } = map;
      return rest.length === 0 ? others : { ...others, [String(first)]: without(member, rest) };
    };
    for (const path of paths.filter((steps) => steps.every((step) => typeof step === "string"))) {
      const [asNull, absent] = await Promise.all([
        provider.check({}, put(full, path, null) as Props),
        provider.check({}, without(full, path) as Props),
      ]);
      expect({ path, ...asNull }).toEqual({ path, ...absent });
    }
  });
});

describe("the fingerprint of a function", () => {
  const of = async (news: Props) => {
    const { inputs, failures } = await Function.check({}, news);
    expect(failures).toEqual([]);
    return [inputs["fingerprint"], opened(inputs)["environmentFingerprint"]];
  };

  /** The fingerprint of the first release. A change of it would publish a new version of every function. */
  it("is frozen", async () => {
    const { region, accountId, functionName, resourceUrn, runtime, handler, code } = FUNCTION;
    const least = { region, accountId, functionName, resourceUrn, runtime, handler, code };
    expect(await of(least)).toEqual(["f1:154bed58ebd72fae0559e046886bb65a", "none"]);
    expect(await of({ ...least, environmentVariables: { B: "2", A: "1" }, memorySize: 1024, layers: [] })).toEqual(
      PINNED.some,
    );
    expect(await of(FUNCTION)).toEqual(PINNED.full);
  });

  it("does not depend on the order of keys or on members that no version freezes", async () => {
    const turned = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, member]) => [key, turned(member)]),
          )
        : value;
    expect(await of(turned(FUNCTION) as Props)).toEqual(PINNED.full);
    const { description: _d, tags: _t, connection: _c, replaceFunction: _r, waitSeconds: _w, ...rest } = FUNCTION;
    expect(await of({ ...rest, code: { path: "/elsewhere", hash: "t1:abc" } })).toEqual(PINNED.full);
  });

  it("is unknown if a part is unknown, and a secret if a part is a secret", async () => {
    const secret = ["environmentVariables", "juiceFsConfig"];
    const table: Readonly<Record<string, { frozen: boolean }>> = FUNCTION_SETTINGS;
    for (const path of pathsIn(FUNCTION)) {
      const field = String(path[0]);
      const [open, closed] = await of(put(FUNCTION, path, UNKNOWN) as Props);
      const whole = path.length === 1 && field === "environmentVariables";
      const frozen = table[field]?.frozen === true && !secret.includes(field) && path[1] !== "path";
      expect({ path, open }).toEqual({ path, open: frozen || whole ? UNKNOWN : PINNED.full[0] });
      expect({ path, closed }).toEqual({ path, closed: secret.includes(field) ? UNKNOWN : PINNED.full[1] });
    }
  });

  it("changes with each frozen setting that is set", async () => {
    const fields = Object.entries(FUNCTION_SETTINGS).filter(([field, { frozen }]) => frozen && field in FUNCTION);
    expect(fields.length).toBeGreaterThan(18);
    for (const [field] of fields) {
      const { [field]: _gone, ...rest } = FUNCTION;
      const changed = { runtime: "nodejs18", handler: "other.handler", code: { path: "./src", hash: "t1:x" } }[field];
      const size = { memorySize: 1088, cpu: 0.55, diskSize: 10_240, timeout: 9, instanceConcurrency: 9 }[field];
      const news = { ...rest, ...((changed ?? size) ? { [field]: changed ?? size } : {}) };
      if (field === "internetAccess") continue; // The value in this test equals the default.
      expect({ field, prints: await of(news) }).not.toEqual({ field, prints: PINNED.full });
    }
  });
});
