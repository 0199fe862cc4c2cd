/**
 * Checks that everything exists to which comments and documents refer: files, decisions, sections of a document,
 * letters of the release rules, and files in the same folder. No comment or document cites a document that is neither
 * in the repository nor public.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { root } from "../support/root";

const read = (name: string) => readFileSync(join(root, name), "utf8");

/** The text files of the repository, without generated ones. */
const FILES = spawnSync("git", ["ls-files", "*.ts", "*.mjs", "*.cjs", "*.md", "*.js"], { cwd: root, encoding: "utf8" })
  .stdout.split("\n")
  .filter((name) => name !== "" && !/^(docs\/api|tests\/fixtures)\//.test(name) && existsSync(join(root, name)));

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

/** All lines of documents, and the lines of code that are comments. */
const LINES: Line[] = FILES.flatMap((file) => {
  const comment = /^\s*(\/\/|\/?\*)|\s\/\/\s|\/\*\*/;
  const lines = read(file)
    .split("\n")
    .map((text, i) => ({ file, number: i + 1, text }));
  return file.endsWith(".md") ? lines : lines.filter(({ text }) => comment.test(text));
});

const place = ({ file, number }: Line, what: string) => `${file}:${number} ${what}`;

/** Endings that a reference to a file may leave out. */
const ENDINGS = ["", ".ts", ".mjs", ".md", ".test.ts", ".deep.ts", ".host.ts", ".soak.ts"];

function exists(name: string, from: string): boolean {
  return [name, posix.join(dirname(from), name)].some((path) =>
    ENDINGS.some((ending) => existsSync(join(root, `${path}${ending}`))),
  );
}

const FOLDERS = "provider|emulator|cli|archive|tests|tools|docs|bench|examples|plugin";
const PATH = new RegExp(`(?<![\\w./@-])((?:${FOLDERS})/[\\w./-]*\\w)(?![\\w*{]|/\\*)`, "g");

it("every file that a comment or a document names exists", () => {
  const broken = LINES.flatMap((line) =>
    [...line.text.matchAll(PATH)]
      .map(([, name = ""]) => name)
      .filter((name) => !exists(name, line.file))
      .map((name) => place(line, name)),
  );
  expect(broken).toEqual([]);
});

/** The anchor that GitHub generates for a heading. */
const anchor = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

it("every link of a document leads to a file and a section there is", () => {
  const broken = LINES.filter(({ file }) => file.endsWith(".md")).flatMap((line) =>
    [...line.text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([, to = "", section]) => {
      const target = to === "" ? line.file : posix.join(dirname(line.file), to);
      if (!existsSync(join(root, target))) return [place(line, target)];
      if (section === undefined || !target.endsWith(".md")) return [];
      const text = read(target);
      const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading));
      const named = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id);
      return [...anchors, ...named].includes(section) ? [] : [place(line, `${target}#${section}`)];
    }),
  );
  expect(broken).toEqual([]);
});

it("every decision that is cited by its number exists", () => {
  const decisions = readdirSync(join(root, "docs", "decisions")).map((name) => Number(name.slice(0, 4)));
  const broken = LINES.flatMap((line) =>
    [...line.text.matchAll(/\b(?:[Dd]ecisions? |docs\/decisions\/)(\d+)\b/g)]
      .filter(([, number]) => !decisions.includes(Number(number)))
      .map(([cited]) => place(line, cited)),
  );
  expect(broken).toEqual([]);
});

/** The names of all rules in docs/releases.md: a letter such as `A`, and names such as `C1` for rules with numbered parts. */
function rules(): Set<string> {
  const parts = read("docs/releases.md").split(/^\*\*([A-Z])\. /m);
  const found = new Set<string>();
  for (let i = 1; i < parts.length; i += 2) {
    const letter = parts[i] ?? "";
    found.add(letter);
    for (const [, number = ""] of (parts[i + 1] ?? "").matchAll(/^(\d+)\. /gm)) found.add(`${letter}${number}`);
  }
  return found;
}

it("every rule of releases that is cited by its letter exists", () => {
  const known = rules();
  expect(known.size).toBeGreaterThan(5);
  const broken = LINES.flatMap((line) =>
    [...line.text.matchAll(/\b[Rr]ules? ((?:[A-Z]\d?(?:,| to| and|,? or)? ?)+)/g)].flatMap(([, list = ""]) =>
      [...list.matchAll(/\b[A-Z]\d?\b/g)]
        .filter(([rule]) => !known.has(rule))
        .map(([rule]) => place(line, `rule ${rule}`)),
    ),
  );
  expect(broken).toEqual([]);
});

it("in `name` in `file`, the file contains the name", () => {
  const broken = LINES.flatMap((line) =>
    [...line.text.matchAll(/`(\w+)` in `((?:provider|emulator|cli|archive)\/[\w./-]+\.ts)`/g)]
      .filter(
        ([, name = "", file = ""]) => !existsSync(join(root, file)) || !new RegExp(`\\b${name}\\b`).test(read(file)),
      )
      .map(([cited]) => place(line, cited)),
  );
  expect(broken).toEqual([]);
});

it("no comment cites a document that is not in the repository", () => {
  // References to a section of a document that is named by one word, such as "(reliability, settle window)".
  const papers =
    /\((?:reliability|fc-openapi|pulumi-dynamic|progressive-delivery|languages|style)[,:§ ]|\bfacts\/|\bdesign\.md\b|\bopen questions? \d/;
  expect(
    LINES.filter(({ file, text }) => file !== "tests/docs/references.test.ts" && papers.test(text)).map((line) =>
      place(line, line.text.trim()),
    ),
  ).toEqual([]);
});
