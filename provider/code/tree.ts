import * as fs from "node:fs";
import * as path from "node:path";
import { errorCode, unreadable } from "./bytes";
import { CodeError } from "./errors";
import { IGNORE_FILE, readIgnoring, type Ignoring } from "./ignore";
import { layOut, type PackageView } from "./layout";
import { FILE_LIMIT, FOLDER_LIMIT, NESTING_LIMIT } from "./limits";
import { byCodeUnits, Claims, nameProblem, pathProblem } from "./names";

/** A file of the package: its path in the package, with "/" between names, and the real file to read. */
export interface PlannedFile {
  readonly name: string;
  readonly real: string;
  /** The path to name in errors. */
  readonly shown: string;
}

/**
 * Lists the files of a folder that go into the package, sorted by path. The function reads no file except `.fcignore`.
 *
 * Left out are empty folders, everything named `.git`, `.fcignore` itself and the files that it lists. A link inside
 * the tree becomes a copy of its target. A link that leads out of the tree, has no target or leads to itself is
 * refused.
 *
 * @param root the folder's real path
 * @param shown the folder in the form in which the user wrote it, for errors
 */
export function planTree(root: string, shown: string): PlannedFile[] {
  const walk = new Walk(root, shown, readIgnoring(root, shown));
  return walk.run();
}

/** Throws a CodeError if a name cannot be in a package. */
export function checkName(name: string, shown: string): void {
  const problem = nameProblem(name) ?? pathProblem(name);
  if (problem !== undefined)
    throw new CodeError(shown, `the name ${problem}, which does not unpack to the same name everywhere. Rename it.`);
}

type Target = { readonly real: string; readonly folder: boolean };

/** The entries of a `node_modules` folder: packages, and other entries. */
interface Modules {
  readonly folders: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, string>;
  readonly rest: readonly fs.Dirent[];
  /** Whether a package manager keeps the packages in another folder and links to them here. */
  readonly managed: boolean;
}

/** Names with this beginning are not packages: package managers use them for their own files. */
const NOT_A_PACKAGE = /^[._]/;
const IN_A_STORE = /[\\/]node_modules[\\/][._][^\\/]*[\\/]/;
const STORES = new Set([".pnpm", ".store", ".bun"]);

class Walk {
  private readonly files: PlannedFile[] = [];
  private readonly claims = new Claims();
  private readonly scanned = new Map<string, Modules>();
  private folders = 0;

  constructor(
    private readonly root: string,
    private readonly shown: string,
    private readonly ignored: Ignoring,
  ) {}

  run(): PlannedFile[] {
    this.folder(this.root, "", []);
    if (this.files.length === 0)
      throw new CodeError(
        this.shown,
        "there is no file to ship (empty folders, .git and what .fcignore lists do not count). Check the path, or that the build has run.",
      );
    return this.files.sort((a, b) => byCodeUnits(a.name, b.name));
  }

  private at(inside: string): string {
    return inside === "" ? this.shown : `${this.shown.replace(/[\\/]+$/, "")}/${inside}`;
  }

  private list(real: string, inside: string): fs.Dirent[] {
    this.folders++;
    if (this.folders > FOLDER_LIMIT)
      throw new CodeError(
        this.at(inside),
        `the tree has more than ${FOLDER_LIMIT} folders, folders reached through links included. List what is not code in .fcignore.`,
      );
    try {
      return fs.readdirSync(real, { withFileTypes: true });
    } catch (error) {
      throw unreadable(this.at(inside), error);
    }
  }

  /** @param above the real paths of the folders through which this folder was reached */
  private folder(real: string, place: string, above: readonly string[]): void {
    const trail = [...above, real];
    for (const entry of this.list(real, place)) this.entry(entry, real, place, trail);
  }

  private entry(entry: fs.Dirent, parent: string, parentPlace: string, trail: readonly string[]): void {
    if (entry.name === ".git") return;
    const place = parentPlace === "" ? entry.name : `${parentPlace}/${entry.name}`;
    if (place === IGNORE_FILE) return;
    const real = path.join(parent, entry.name);
    const kind = this.kind(entry, real, place);
    if (kind === "file") {
      if (!this.ignored(place)) this.file(place, real);
    } else if (kind === "folder") {
      if (!this.ignored(`${place}/`)) this.descend(real, place, trail);
    } else if (kind === "link") {
      if (this.ignored(place)) return;
      const target = this.target(real, place, trail, this.ignored(`${place}/`));
      if (target === undefined) return;
      if (target.folder) this.descend(target.real, place, trail);
      else this.file(place, target.real);
    } else if (!this.ignored(place)) {
      throw new CodeError(
        this.at(place),
        `is a ${kind}, and only files, folders and links can be shipped. Remove it or list it in .fcignore.`,
      );
    }
  }

  private kind(entry: fs.Dirent, real: string, place: string): string {
    let type: fs.Dirent | fs.Stats = entry;
    // Some file systems do not list the type of an entry.
    if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()) {
      try {
        type = fs.lstatSync(real);
      } catch (error) {
        if (nameProblem(entry.name) !== undefined) checkName(entry.name, this.at(place));
        throw unreadable(this.at(place), error);
      }
    }
    if (type.isFile()) return "file";
    if (type.isDirectory()) return "folder";
    if (type.isSymbolicLink()) return "link";
    if (type.isSocket()) return "socket";
    if (type.isFIFO()) return "named pipe (FIFO)";
    return "device";
  }

  private descend(real: string, place: string, trail: readonly string[]): void {
    if (place === "node_modules" || place.endsWith("/node_modules")) this.modules(real, place, trail);
    else this.folder(real, place, trail);
  }

  private file(place: string, real: string): void {
    for (const name of place.split("/")) checkName(name, this.at(place));
    checkName(place, this.at(place));
    const collision = this.claims.claim(place);
    if (collision !== undefined)
      throw new CodeError(
        this.at(collision.path),
        `differs from ${JSON.stringify(collision.earlier)} only by letter case or Unicode composition, so one would replace the other on some systems. Rename one of them.`,
      );
    if (this.files.length === FILE_LIMIT)
      throw new CodeError(
        this.shown,
        `the tree has more than ${FILE_LIMIT} files, the most a zip holds. List what is not code in .fcignore, or install production dependencies only.`,
      );
    this.files.push({ name: place, real, shown: this.at(place) });
  }

  /** Follows a link. With `optional`, a link is left out if it would be refused or leads to a folder. */
  private target(link: string, place: string, trail: readonly string[], optional: boolean): Target | undefined {
    let problem: string;
    let cause: unknown;
    try {
      const real = fs.realpathSync.native(link);
      const stat = fs.statSync(real);
      if (optional && stat.isDirectory()) return undefined;
      if (!within(this.root, real)) {
        problem = `points outside the folder. Everything that is packed must be inside it: copy the target there${
          /[\\/]node_modules([\\/]|$)/.test(place)
            ? ", or let the package manager do it (`pnpm deploy`, or `npm install --install-links`)"
            : ""
        }`;
      } else if (stat.isDirectory()) {
        if (![path.dirname(link), ...trail].some((folder) => within(real, folder))) return { real, folder: true };
        problem = "loops: it points to a folder that contains it";
      } else if (stat.isFile()) {
        return { real, folder: false };
      } else {
        problem = "points to something that is neither a file nor a folder";
      }
    } catch (error) {
      cause = error;
      const code = errorCode(error);
      if (code === "ELOOP") problem = "loops: following it never ends";
      else if (code === "ENOENT" || code === "ENOTDIR") problem = "dangles: there is nothing at its target";
      else problem = `cannot be followed (${code})`;
    }
    if (optional) return undefined;
    throw new CodeError(
      this.at(place),
      `the symbolic link to ${JSON.stringify(fs.readlinkSync(link))} ${problem}. Remove it, or list it in .fcignore if it is not part of the code.`,
      { cause },
    );
  }

  /** Adds a `node_modules` folder unchanged, or in a new layout if packages in it are links. */
  private modules(real: string, place: string, trail: readonly string[]): void {
    const own = this.scan(real, place, trail, this.ignored);
    if (own.links.size === 0 && !own.managed) {
      this.folder(real, place, trail);
      return;
    }
    const owner = place.slice(0, Math.max(0, place.length - "/node_modules".length));
    const packages = new Map([...own.folders, ...own.links].sort(([a], [b]) => byCodeUnits(a, b)));
    let managed = own.managed;
    const view = (package_: string): PackageView => {
      const inside = this.scan(path.join(package_, "node_modules"), this.inside(package_), [...trail, package_]);
      managed ||= inside.managed;
      const needed = new Map(inside.links);
      const siblings = siblingsOf(package_);
      // Node.js searches in this folder and in the folders above it, so packages there need no placement.
      if (siblings !== undefined && siblings !== real && !within(path.dirname(siblings), real)) {
        const beside = this.scan(siblings, this.inside(siblings), trail);
        managed ||= beside.managed;
        for (const [name, target] of [...beside.folders, ...beside.links])
          if (!needed.has(name)) needed.set(name, target);
      }
      return { held: inside.folders, needed: new Map([...needed].sort(([a], [b]) => byCodeUnits(a, b))) };
    };
    const layout = layOut({ place: owner, real: path.dirname(real), packages }, view, (at) => this.ignored(`${at}/`), {
      depth: NESTING_LIMIT,
      packages: FILE_LIMIT,
    });
    if (layout.kind === "endless")
      throw new CodeError(
        this.at(place),
        `its linked packages cannot be laid out without links: at ${JSON.stringify(layout.place)}, after ${layout.packages} packages, they are still nested (versions of packages that depend on each other in a circle). Install with \`node-linker=hoisted\` (pnpm) or with npm, or bundle the code.`,
      );
    for (const entry of own.rest) if (!managed || entry.isFile()) this.entry(entry, real, place, [...trail, real]);
    for (const package_ of layout.placements) {
      const inner = [...trail, package_.real];
      for (const entry of this.list(package_.real, package_.place)) {
        if (entry.name !== "node_modules") {
          this.entry(entry, package_.real, package_.place, inner);
          continue;
        }
        // Packages in this folder are placed separately.
        const nested = path.join(package_.real, entry.name);
        const nestedPlace = `${package_.place}/${entry.name}`;
        for (const other of this.scan(nested, nestedPlace, inner).rest)
          if (!managed) this.entry(other, nested, nestedPlace, inner);
      }
    }
  }

  /** A real path as a path inside the tree, for errors. */
  private inside(real: string): string {
    return path.relative(this.root, real).split(path.sep).join("/");
  }

  /**
   * @param ignored only for a folder that goes into the package. A folder that is only read for searches is not part of
   * the package, so an entry of the ignore file for its path has no effect
   */
  private scan(modules: string, place: string, trail: readonly string[], ignored?: Ignoring): Modules {
    const known = this.scanned.get(modules);
    if (known !== undefined && ignored === undefined) return known;
    const folders = new Map<string, string>();
    const links = new Map<string, string>();
    const rest: fs.Dirent[] = [];
    let managed = false;
    const add = (entry: fs.Dirent, parent: string, name: string): void => {
      const at = path.join(parent, entry.name);
      if (!entry.isSymbolicLink()) {
        folders.set(name, at);
        return;
      }
      const skipped = ignored !== undefined && (ignored(`${place}/${name}`) || ignored(`${place}/${name}/`));
      const target = this.target(at, `${place}/${name}`, trail, skipped);
      if (target === undefined) return;
      if (!target.folder) {
        if (parent === modules) rest.push(entry);
        return;
      }
      links.set(name, target.real);
      managed ||= IN_A_STORE.test(target.real.slice(this.root.length) + path.sep);
    };
    if (fs.existsSync(modules)) {
      for (const entry of this.list(modules, place)) {
        if (STORES.has(entry.name)) managed = true;
        if (NOT_A_PACKAGE.test(entry.name) || !(entry.isDirectory() || entry.isSymbolicLink())) rest.push(entry);
        else if (!entry.name.startsWith("@")) add(entry, modules, entry.name);
        else {
          const scope = path.join(modules, entry.name);
          const real = entry.isDirectory() ? scope : this.target(scope, `${place}/${entry.name}`, trail, false)?.real;
          if (real !== undefined)
            for (const inner of this.list(real, `${place}/${entry.name}`))
              add(inner, real, `${entry.name}/${inner.name}`);
        }
      }
    }
    const result = { folders, links, rest, managed };
    if (ignored === undefined) this.scanned.set(modules, result);
    return result;
  }
}

/** The `node_modules` folder that contains a package, directly or in a scope such as `@types`. */
function siblingsOf(package_: string): string | undefined {
  const parent = path.dirname(package_);
  if (path.basename(parent) === "node_modules") return parent;
  const above = path.dirname(parent);
  return path.basename(parent).startsWith("@") && path.basename(above) === "node_modules" ? above : undefined;
}

/** Whether a real path is a folder, or a path inside it. */
function within(folder: string, real: string): boolean {
  return real === folder || real.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}
