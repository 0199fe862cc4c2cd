import fc from "fast-check";
import { layOut, type Layout, type PackageView } from "../../provider/code/layout";

const LIMITS = { depth: 32, packages: 5_000 };

/** Map from a package to its dependencies. In these tests a package has the form `name@version`. */
type Graph = ReadonlyMap<string, readonly string[]>;

const nameOf = (real: string): string => real.slice(0, real.lastIndexOf("@"));
const byName = (reals: readonly string[]): Map<string, string> => new Map(reals.map((real) => [nameOf(real), real]));

function lay(top: readonly string[], graph: Graph, held: Graph = new Map(), skip: string[] = []): Layout {
  const view = (real: string): PackageView => ({
    held: byName(held.get(real) ?? []),
    needed: byName(graph.get(real) ?? []),
  });
  return layOut({ place: "", real: "/", packages: byName(top) }, view, (at) => skip.includes(at), LIMITS);
}

function places(layout: Layout): Record<string, string> {
  if (layout.kind !== "laid") throw new Error(`endless at ${layout.place}`);
  return Object.fromEntries(layout.placements.map(({ place, real }) => [place, real]));
}

/** The package that Node.js finds: it looks in the `node_modules` of each folder, from the folder of the package upwards. */
function lookUp(all: Record<string, string>, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const found = all[`${at === "" ? "" : `${at}/`}node_modules/${name}`];
    if (found !== undefined || at === "") return found;
  }
}

describe("layOut", () => {
  it("puts a dependency into the top folder if the name is free there", () => {
    expect(places(lay(["a@1"], new Map([["a@1", ["b@1"]]])))).toEqual({
      "node_modules/a": "a@1",
      "node_modules/b": "b@1",
    });
  });

  it("nests a version that differs from the one in the top folder", () => {
    const graph = new Map([["a@1", ["b@1"]]]);
    expect(places(lay(["a@1", "b@2"], graph))).toEqual({
      "node_modules/a": "a@1",
      "node_modules/a/node_modules/b": "b@1",
      "node_modules/b": "b@2",
    });
  });

  it("packages that depend on each other are beside each other, once each", () => {
    const graph = new Map([
      ["a@1", ["b@1"]],
      ["b@1", ["a@1"]],
    ]);
    expect(places(lay(["a@1"], graph))).toEqual({ "node_modules/a": "a@1", "node_modules/b": "b@1" });
  });

  it("does not put a package where another package's lookup would find it by mistake", () => {
    // c@2 and d@2 are nested inside a. c@2 needs e@1, which is at the top. d@2 needs e@2, which must not be placed
    // where c@2 finds it.
    const graph = new Map([
      ["a@1", ["c@2", "d@2"]],
      ["c@2", ["e@1"]],
      ["d@2", ["e@2"]],
    ]);
    const all = places(lay(["a@1", "c@1", "d@1", "e@1"], graph));
    expect(all["node_modules/a/node_modules/d/node_modules/e"]).toBe("e@2");
    expect(all["node_modules/a/node_modules/e"]).toBeUndefined();
  });

  it("does not place dependencies of a package that is left out", () => {
    const graph = new Map([["a@1", ["b@1"]]]);
    expect(places(lay(["a@1", "c@1"], graph, new Map(), ["node_modules/a"]))).toEqual({ "node_modules/c": "c@1" });
  });

  it("names the place where versions that depend on each other in a circle would nest without end", () => {
    const graph = new Map([
      ["a@1", ["b@1"]],
      ["b@1", ["a@2"]],
      ["a@2", ["b@2"]],
      ["b@2", ["a@1"]],
    ]);
    expect(lay(["a@1"], graph)).toMatchObject({ kind: "endless" });
  });

  it("every copy finds the same packages as its original", () => {
    const real = fc
      .tuple(fc.constantFrom("a", "b", "@s/c", "d", "e", "f"), fc.constantFrom("1", "2", "3"))
      .map(([name, version]) => `${name}@${version}`);
    const oneEach = fc.uniqueArray(real, { selector: nameOf, maxLength: 5 });
    const graphs = fc.array(fc.tuple(real, oneEach), { maxLength: 18 }).map((edges) => new Map(edges));
    let laid = 0;
    fc.assert(
      fc.property(oneEach, graphs, graphs, (top, graph, holding) => {
        // Packages inside other packages were part of an archive, so they contain no packages themselves.
        const held = new Map([...holding].map(([at, inner]) => [at, inner.map((one) => `${one}-held`)]));
        const layout = lay(top, graph, held);
        if (layout.kind === "endless") return;
        laid++;
        const all = places(layout);
        for (const one of top) expect(all[`node_modules/${nameOf(one)}`]).toBe(one);
        for (const [place, at] of Object.entries(all)) {
          const inside = byName(held.get(at) ?? []);
          for (const [name, wanted] of new Map([...byName(graph.get(at) ?? []), ...inside]))
            expect(lookUp(all, place, name)).toBe(wanted);
        }
      }),
      { numRuns: 400 },
    );
    expect(laid).toBeGreaterThan(100);
  });

  it("copies each package once when there is one version of each name", () => {
    const real = fc.constantFrom(..."abcdefgh").map((name) => `${name}@1`);
    const graphs = fc.array(fc.tuple(real, fc.uniqueArray(real)), { maxLength: 12 }).map((edges) => new Map(edges));
    fc.assert(
      fc.property(fc.uniqueArray(real), graphs, (top, graph) => {
        const all = Object.values(places(lay(top, graph)));
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});
