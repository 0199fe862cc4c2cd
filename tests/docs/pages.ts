/** The Markdown pages of the repository, and their links. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "../support/root";

/** The paths of all pages, relative to the root of the repository. Files that git ignores are left out. */
export function pages(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"];
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim().split("\n");
}

/** Text of a page without blocks of code. */
export function proseOf(page: string): string {
  return readFileSync(join(root, page), "utf8").replace(/^( *)(```+)[^]*?^\1\2 *$/gm, "");
}

/** A link from a page to a file of the repository. */
export interface Link {
  readonly page: string;
  readonly href: string;
  /** The file that the link leads to, relative to the root. */
  readonly file: string;
  /** The heading that the link leads to. Undefined if the link has no heading. */
  readonly heading: string | undefined;
}

/** The links and images of a page that lead to files of the repository. */
export function linksOf(page: string): Link[] {
  const text = proseOf(page).replace(/`[^`\n]*`/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, href = ""]) => href)
    .filter((href) => !/^[a-z]+:/.test(href))
    .map((href) => {
      const [path = "", heading] = href.split("#");
      return { page, href, file: path === "" ? page : posix.join(posix.dirname(page), path), heading };
    });
}

/** The anchors that GitHub generates for the headings of a page, and the anchors that the page defines. */
export function headingsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) => {
    const shown = title.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const name = shown.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-"); // prettier-ignore
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  });
  const anchors = [...readFileSync(join(root, page), "utf8").matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...anchors]);
}
