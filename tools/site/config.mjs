/**
 * Configuration of the site, by which VitePress shows the repository's Markdown. Every page has the same path on the
 * site as in the repository, so that links work in both. This file does not import VitePress, because its types are
 * checked also if VitePress is not installed.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/**
 * A token of markdown-it, with the members that this file uses.
 * @typedef {{ type: string, children: Token[] | null, attrGet(name: string): string | null, attrSet(name: string,
 *   value: string): void }} Token
 */
/**
 * markdown-it, with the members that this file uses.
 * @typedef {{ core: { ruler: { push(name: string, rule: (state: { tokens: Token[], env: { relativePath: string } })
 *   => void): void } } }} Markdown
 */

// VitePress copies this file into another one, so the path of this file cannot be used. Commands run in the
// repository's root.
const root = process.cwd();

/** Folders whose Markdown files are not pages of the site, besides those that VitePress leaves out. */
const NO_PAGES = [".cache/**", "coverage/**", "tests/fixtures/**", "**/.*/**"];

/** Files of the repository that pages link to and that are not pages, relative to the root. */
const linked = /** @type {Set<string>} */ (new Set());

/**
 * The first heading of a page.
 * @param {string} page relative to the root
 * @returns {string}
 */
function titleOf(page) {
  const title = /^# (.+)$/m.exec(readFileSync(join(root, page), "utf8"))?.[1];
  if (title === undefined) throw new Error(`${page} has no first heading`);
  return title.replaceAll("`", "");
}

/**
 * An entry of the sidebar.
 * @param {string} page relative to the root
 * @param {string} [text] default: the title of the page
 * @returns {{ text: string, link: string }}
 */
function entry(page, text = titleOf(page)) {
  return { text, link: `/${page.replace(/(^|\/)README\.md$/, "$1").replace(/\.md$/, "")}` };
}

/** Order of the pages in the sidebar, by folder. Pages that are not listed come last, sorted by name. */
const ORDER = {
  guide: ["first-release", "gitops", "rollback", "moving-in", "http", "languages", "troubleshooting"],
  concepts: ["phases", "memory", "place", "ownership"],
  reference: ["resources", "config", "commands", "requirements"],
  decisions: [],
};

/**
 * The entries of the pages of a folder below docs, without its index.
 * @param {keyof typeof ORDER} folder
 * @returns {{ text: string, link: string }[]}
 */
function entriesOf(folder) {
  const files = readdirSync(join(root, "docs", folder)).filter((name) => name.endsWith(".md") && name !== "README.md");
  const order = /** @type {string[]} */ (ORDER[folder]);
  const rest = files.map((name) => posix.basename(name, ".md")).filter((name) => !order.includes(name));
  return [...order, ...rest.sort()].map((name) => entry(`docs/${folder}/${name}.md`));
}

const sidebar = [
  { text: "Guide", items: entriesOf("guide") },
  { text: "Concepts", items: [...entriesOf("concepts"), entry("docs/releases.md")] },
  {
    text: "Reference",
    items: [
      ...entriesOf("reference"),
      entry("docs/api/pulumi-alicloud-fc.md", "API reference"),
      entry("docs/languages/README.md", "YAML, Go, Python, C#, Java"),
      entry("docs/reliability.md"),
    ],
  },
  {
    text: "Emulator",
    items: ["emulator/README.md", "docs/emulator-in-tests.md", "docs/emulator-safety.md", "docs/interop.md"]
      .map((page) => entry(page))
      .concat(entry("docs/api/pulumi-alicloud-fc/emulator.md", "API of the emulator")),
  },
  {
    text: "Examples",
    items: ["canary", "canary-release", "gitops"].map((name) => entry(`examples/${name}/README.md`)),
  },
  {
    text: "Decisions",
    collapsed: true,
    items: [entry("docs/decisions/README.md"), ...entriesOf("decisions")],
  },
  {
    text: "Project",
    items: ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "bench/README.md"].map((page) => entry(page)),
  },
];

/**
 * Names of headings as GitHub makes them, so that a link to a heading works on GitHub and on the site.
 * @param {string} heading
 * @returns {string}
 */
function slugify(heading) {
  const kept = heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "");
  return kept.replace(/\s/g, "-");
}

/**
 * Keeps links to files of the repository unchanged, and records the files for `buildEnd`. Throws for a link to a
 * missing file, and for a link to a folder, which the site cannot show.
 * @param {Markdown} md
 */
function repositoryLinks(md) {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "link_open") keepLink(token, env.relativePath);
    }
  });
}

/**
 * @param {Token} token
 * @param {string} page relative to the root
 */
function keepLink(token, page) {
  const href = token.attrGet("href") ?? "";
  if (href.startsWith("#") || /^[a-z]+:/.test(href)) return;
  const [path = "", hash] = href.split("#");
  const file = posix.join(posix.dirname(page), decodeURI(path));
  const found = statSync(join(root, file), { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) throw new Error(`${page} links to ${href}, which is no file`);
  if (file.endsWith(".md")) {
    token.attrSet("href", path.replace(/README\.md$/, "index.md") + (hash === undefined ? "" : `#${hash}`));
    return;
  }
  linked.add(file);
  // VitePress does not change a link with a target.
  token.attrSet("target", "_self");
}

export default {
  title: "pulumi-alicloud-fc",
  description: "Canary releases on Alibaba Cloud Function Compute 3.0 as Pulumi resources",
  lang: "en",
  // Without an icon, browsers request /favicon.ico.
  head: [["link", { rel: "icon", href: "data:," }]],
  srcDir: root,
  srcExclude: NO_PAGES,
  outDir: join(root, ".cache", "site"),
  cacheDir: join(root, ".cache", "vitepress"),
  rewrites: (/** @type {string} */ page) => page.replace(/(^|\/)README\.md$/, "$1index.md"),
  markdown: { anchor: { slugify }, config: repositoryLinks },
  // The search index and the API reference are one file each. With the default limit of 500 kB, a hint about them is
  // printed.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    sidebar,
    nav: [
      { text: "Guide", link: "/docs/guide/first-release" },
      { text: "Reference", link: "/docs/reference/resources" },
      { text: "Emulator", link: "/emulator/" },
    ],
    outline: [2, 3],
    search: { provider: "local" },
  },
  buildEnd(/** @type {{ outDir: string }} */ { outDir }) {
    for (const file of linked) {
      mkdirSync(dirname(join(outDir, file)), { recursive: true });
      copyFileSync(join(root, file), join(outDir, file));
    }
  },
};
