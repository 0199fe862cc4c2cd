/**
 * Rebuilds a `node_modules` with links (pnpm and others) as one without links.
 *
 * Node.js searches a package's dependencies from the package's real path. This path is lost when a link becomes a copy.
 * Every package is therefore placed where the search from the copy still finds the same package: as near to the top as
 * possible without hiding another version of the same name. See docs/decisions/0003-code-links.md.
 */

/** The packages that a search from a package's folder finds: map from name to real path. */
export interface PackageView {
  /** Packages inside this package: real folders in its own `node_modules`. */
  readonly held: ReadonlyMap<string, string>;
  /** Packages that the package reaches through links. Such packages may be placed anywhere on the search path of the package. */
  readonly needed: ReadonlyMap<string, string>;
}

/** A package to copy: the folder `real` is copied to `place`, a path such as `node_modules/a/node_modules/b`. */
export interface Placement {
  readonly place: string;
  readonly real: string;
}

/** The placements, or the place at which the layout stopped because the nesting did not end. */
export type Layout =
  | { readonly kind: "laid"; readonly placements: readonly Placement[] }
  | { readonly kind: "endless"; readonly place: string; readonly packages: number };

interface Spot {
  readonly place: string;
  readonly real: string;
  readonly above: Spot | undefined;
  readonly depth: number;
  readonly inside: Map<string, Spot>;
  /**
   * Searches that go through this spot on their way up, with their results. Another package placed here would change
   * the results.
   */
  readonly passing: Map<string, string>;
}

/** The limits of {@link layOut}. */
export interface LayoutLimits {
  readonly depth: number;
  readonly packages: number;
}

/**
 * @param view the packages that a package finds, by its real path
 * @param skip whether a place is left out of the package; nothing is placed for such a place
 */
export function layOut(
  top: { readonly place: string; readonly real: string; readonly packages: ReadonlyMap<string, string> },
  view: (real: string) => PackageView,
  skip: (place: string) => boolean,
  limits: LayoutLimits,
): Layout {
  const placements: Placement[] = [];
  const waiting: Spot[] = [];
  const root = spot(top.place, top.real, undefined);

  const put = (above: Spot, name: string, real: string): Spot => {
    const place = `${above.place === "" ? "" : `${above.place}/`}node_modules/${name}`;
    const added = spot(place, real, above);
    above.inside.set(name, added);
    if (!skip(place)) {
      placements.push({ place, real });
      waiting.push(added);
    }
    return added;
  };

  for (const [name, real] of top.packages) put(root, name, real);
  // Breadth first, so that the direct dependencies of the program get the places at the top.
  for (let next = 0; next < waiting.length; next++) {
    const at = waiting[next]!;
    if (at.depth > limits.depth || waiting.length > limits.packages)
      return { kind: "endless", place: at.place, packages: waiting.length };
    const sees = view(at.real);
    for (const [name, real] of sees.held) put(at, name, real);
    for (const [name, real] of sees.needed) {
      if (sees.held.has(name)) continue;
      const found = lookUp(at, name, real);
      if (!found.there) put(found.spot, name, real);
      for (let low = at; low !== found.spot; low = low.above!) low.passing.set(name, real);
    }
  }
  return { kind: "laid", placements };
}

function spot(place: string, real: string, above: Spot | undefined): Spot {
  const depth = above === undefined ? 0 : above.depth + 1;
  return { place, real, above, depth, inside: new Map(), passing: new Map() };
}

/**
 * The spot at which the search for the package `name` finds the folder `real`. If there is no such spot, the highest
 * spot at which the search would find the folder if it were placed there.
 */
function lookUp(from: Spot, name: string, real: string): { readonly spot: Spot; readonly there: boolean } {
  // The first spot is always free: only the searches of packages below this spot go through it, and these packages are
  // placed later.
  let highest = from;
  for (let at: Spot | undefined = from; at !== undefined; at = at.above) {
    const present = at.inside.get(name);
    if (present?.real === real) return { spot: at, there: true };
    if (present !== undefined) break;
    const passing = at.passing.get(name);
    if (passing === undefined || passing === real) highest = at;
  }
  return { spot: highest, there: false };
}
