/**
 * Returns why a file or folder name cannot be in a package; undefined if it can. A backslash is a separator on some
 * systems and a letter on others. Some unzip programs change control characters and bytes that are not UTF-8. Node.js
 * shows such bytes as U+FFFD, or on Windows as half a surrogate pair.
 */
export function nameProblem(name: string): string | undefined {
  if (name.includes("\\")) return "has a backslash";
  if (/\p{Cc}/u.test(name)) return "has a control character";
  if (/[\uFFFD\p{Cs}]/u.test(name)) return "is not valid Unicode";
  return undefined;
}

/** Returns why a path cannot be in a package, or undefined. {@link nameProblem} has accepted its names. */
export function pathProblem(path: string): string | undefined {
  if (/^[A-Za-z]:/.test(path)) return "begins like a drive letter";
  if (Buffer.byteLength(path) > 65_535) return "is longer than 65,535 bytes";
  return undefined;
}

/**
 * The path without letter case and Unicode composition. Two paths with the same result are the same path on some file
 * systems.
 */
export function fold(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

/** The paths of a package. Finds the first two paths that are the same on some file system. */
export class Claims {
  private readonly byFold = new Map<string, string>();

  /**
   * Adds the path of a file, and the paths of the folders above it. If one of these paths and an earlier path are the
   * same on some file system, both are returned; otherwise undefined.
   */
  claim(path: string): { readonly path: string; readonly earlier: string } | undefined {
    for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
      const key = fold(at);
      const earlier = this.byFold.get(key);
      // The folders above an earlier path were added together with it.
      if (earlier === at) return undefined;
      if (earlier !== undefined) return { path: at, earlier };
      this.byFold.set(key, at);
    }
    return undefined;
  }
}

/** Sorts paths by UTF-16 code units, which is the same on every machine, unlike the order of a locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
