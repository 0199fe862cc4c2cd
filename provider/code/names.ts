/**
 * Why a file or folder name cannot travel in a package, or undefined when it can.
 * A backslash is a separator on some systems and a letter on others; control characters and bytes that are not UTF-8
 * (which Node.js shows as U+FFFD, or as half a surrogate pair on Windows) do not survive every unzip.
 */
export function nameProblem(name: string): string | undefined {
  if (name.includes("\\")) return "has a backslash";
  if (/\p{Cc}/u.test(name)) return "has a control character";
  if (/[\uFFFD\p{Cs}]/u.test(name)) return "is not valid Unicode";
  return undefined;
}

/** Why a package path as a whole cannot travel, or undefined. The names in it have been through {@link nameProblem}. */
export function pathProblem(path: string): string | undefined {
  if (/^[A-Za-z]:/.test(path)) return "begins like a drive letter";
  if (Buffer.byteLength(path) > 65_535) return "is longer than 65,535 bytes";
  return undefined;
}

/** Two names with the same fold are one name on some file systems: letter case and Unicode composition are dropped. */
export function fold(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Every path of a package; finds the first two that some file system takes for one. */
export class Claims {
  private readonly byFold = new Map<string, string>();

  /** Claims a file and the folders above it; the answer is the earlier path that collides with one of them. */
  claim(path: string): { readonly path: string; readonly earlier: string } | undefined {
    for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
      const key = fold(at);
      const earlier = this.byFold.get(key);
      // Everything above a path already claimed has been claimed with it.
      if (earlier === at) return undefined;
      if (earlier !== undefined) return { path: at, earlier };
      this.byFold.set(key, at);
    }
    return undefined;
  }
}

/** Orders paths by UTF-16 code units: the same everywhere, unlike a locale's order. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
