import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import fc from "fast-check";
import { CodeError, crc64, hashCode, packCode } from "../../provider/code";
import { ZIP_LIMIT } from "../../provider/code/limits";
import { compiled, freshFolder, names, node, removeMade, tree, unpack, unzip, write, type Content } from "./support";

afterEach(removeMade);

/** The error of a call that must fail. */
function refusal(act: () => unknown): CodeError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodeError) return error;
    throw error;
  }
  throw new Error("not refused");
}

/** Asserts that hashing and packing fail with the same error, and returns the error. */
function refused(folder: string, at = "."): CodeError {
  const error = refusal(() => hashCode(at, folder));
  expect(refusal(() => packCode(at, folder)).message).toBe(error.message);
  return error;
}

const hash = (content: Record<string, Content>): string => hashCode(".", tree(content));
const shipped = (folder: string): Promise<string[]> => names(packCode(".", folder).zip);

describe("crc64", () => {
  it.each([
    ["", "0"],
    ["123456789", "11051210869376104954"],
    ["print('hello')", "4270285996107335518"],
  ])("the hash of %j is %s", (text, expected) => {
    expect(crc64(Buffer.from(text))).toBe(expected);
  });
});

describe("a tree's hash", () => {
  const file = fc.record({ bytes: fc.uint8Array({ maxLength: 200 }), exec: fc.boolean() });
  const name = fc.constantFrom("a", "b.js", "ü", "d-1", "_e", ".f", "g h");
  const trees = fc.dictionary(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.map((part, at) => `${at}${part}`).join("/")),
    file,
    { minKeys: 1, maxKeys: 8, noNullPrototype: true },
  );
  type Tree = Record<string, { bytes: Uint8Array; exec: boolean }>;

  /** Removes each file whose path is also a folder of another file. */
  const sound = (content: Tree): Tree =>
    Object.fromEntries(
      Object.entries(content).filter(([at]) => !Object.keys(content).some((other) => other.startsWith(`${at}/`))),
    );

  function place(content: Tree, order: "forwards" | "backwards", mask: number, time: Date): string {
    const folder = path.join(freshFolder(), "x".repeat(1 + (mask % 7)));
    fs.mkdirSync(folder);
    const entries = Object.entries(content);
    for (const [at, { bytes, exec }] of order === "forwards" ? entries : entries.reverse()) {
      write(folder, { [at]: bytes });
      fs.chmodSync(path.join(folder, at), (exec ? 0o777 : 0o666) & ~mask);
      fs.utimesSync(path.join(folder, at), time, time);
    }
    return folder;
  }

  it("hash and zip do not depend on the path, the order of writing, times, other mode bits and empty folders", () => {
    fc.assert(
      fc.property(
        trees.map(sound),
        fc.date({ min: new Date(0), max: new Date("2037-01-01"), noInvalidDate: true }),
        (content, time) => {
          const one = place(content, "forwards", 0o022, new Date(0));
          const other = place(content, "backwards", 0o077, time);
          write(other, { "empty/inside": null });
          const packed = packCode(".", one);
          expect(packCode(other, "/elsewhere")).toEqual(packed);
          expect(hashCode(".", other)).toBe(packed.hash);
          expect(packed.checksum).toBe(crc64(packed.zip));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("the hash changes with one bit of content, one execute bit or one name", () => {
    fc.assert(
      fc.property(trees.map(sound), fc.nat(), fc.nat(), (content, which, bit) => {
        const folder = place(content, "forwards", 0o022, new Date(0));
        const before = hashCode(".", folder);
        const all = Object.entries(content);
        const [at, { bytes, exec }] = all[which % all.length]!;
        const real = path.join(folder, at);
        if (bytes.length > 0) {
          const flipped = Uint8Array.from(bytes);
          flipped[bit % bytes.length]! ^= 1 << (bit % 8);
          fs.writeFileSync(real, flipped);
          expect(hashCode(".", folder)).not.toBe(before);
          fs.writeFileSync(real, bytes);
        }
        fs.chmodSync(real, exec ? 0o644 : 0o744);
        expect(hashCode(".", folder)).not.toBe(before);
        fs.chmodSync(real, exec ? 0o755 : 0o644);
        expect(hashCode(".", folder)).toBe(before);
        fs.renameSync(real, `${real}~`);
        expect(hashCode(".", folder)).not.toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  it("the zip contains every byte and mode", async () => {
    await fc.assert(
      fc.asyncProperty(trees.map(sound), async (content) => {
        const folder = place(content, "forwards", 0o022, new Date(0));
        const packed = packCode(".", folder);
        const back = await unzip(packed.zip);
        const expected = Object.entries(content).map(([at, { bytes, exec }]) => ({
          name: at,
          mode: exec ? 0o100755 : 0o100644,
          bytes: Buffer.from(bytes),
        }));
        expect(back).toEqual(expected.sort((a, b) => (a.name < b.name ? -1 : 1)));
        expect(packed.files).toBe(back.length);
        expect(hashCode(".", await unpack(packed.zip))).toBe(packed.hash);
      }),
      { numRuns: 60 },
    );
  });

  it("the hash is the same as in earlier releases: another hash would make every program publish a version", () => {
    expect(hash({ "index.js": "exports.handler = 1;\n", "bin/run": { exec: "#!/bin/sh\n" } })).toBe(
      "t1:d6046024c2a1dbdeaebd14f6b7644dd09a3f8aeaebbffa613a745e5b5720fc8a",
    );
  });

  it("does not confuse content with names, or one file with two", () => {
    expect(hash({ a: "b" })).not.toBe(hash({ b: "a" }));
    expect(hash({ ab: "" })).not.toBe(hash({ a: "", b: "" }));
    expect(hash({ "a/b": "" })).not.toBe(hash({ b: "" }));
  });

  it("covers files larger than one chunk, in both ways of reading", async () => {
    const large = Buffer.alloc(700_001, "0123456789abcdef");
    const folder = tree({ large, exact: large.subarray(0, 1 << 18), twice: large.subarray(0, 1 << 19) });
    const packed = packCode(".", folder);
    expect(hashCode(".", folder)).toBe(packed.hash);
    expect(hashCode(".", await unpack(packed.zip))).toBe(packed.hash);
  });
});

describe("time zone, umask and process", () => {
  it("do not change any byte of the zip", async () => {
    const { module, env } = compiled();
    const script = path.join(path.dirname(module), "pack.js");
    fs.writeFileSync(
      script,
      `const { packCode, hashCode } = require("./index.js"), fs = require("node:fs"), path = require("node:path");
       const [, , folder, umask] = process.argv;
       process.umask(parseInt(umask, 8));
       for (const [name, text] of [["b/ü.js", "1"], ["a.js", "2"], ["b/c.js", "3"]]) {
         fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
         fs.writeFileSync(path.join(folder, name), text);
       }
       const { zip, ...rest } = packCode(".", folder);
       console.log(JSON.stringify({ ...rest, zip: Buffer.from(zip).toString("hex"), again: hashCode(".", folder) }));`,
    );
    const zones = ["UTC", "Asia/Shanghai", "America/New_York"];
    const outputs = await Promise.all(
      zones.flatMap((zone) =>
        ["022", "077"].map((umask) => node(script, { ...env, TZ: zone }, [freshFolder(), umask])),
      ),
    );
    expect(JSON.parse(outputs[0]!)).toMatchObject({ files: 3 });
    expect(new Set(outputs).size).toBe(1);
  });

  it("hashing loads neither the library that packs nor, without an ignore file, the one that ignores", async () => {
    const { module, env } = compiled();
    const script = path.join(path.dirname(module), "light.js");
    fs.writeFileSync(
      script,
      `const { hashCode } = require("./index.js");
       hashCode("index.js", __dirname); hashCode(".", __dirname);
       console.log(Object.keys(require.cache).filter((file) => file.includes("node_modules")).length);`,
    );
    expect(await node(script, env)).toBe("0\n");
  });
});

describe("what a path names", () => {
  it("a single file ships under its own name", async () => {
    const folder = tree({ "deep/index.py": { exec: "print('hello')" } });
    const packed = packCode("deep/index.py", folder);
    expect(await names(packed.zip)).toEqual(["index.py"]);
    expect(packed.hash).toBe(hashCode("deep", folder));
    expect(hashCode(path.join(folder, "deep/index.py"), "/")).toBe(packed.hash);
  });

  it("a zip is deployed unchanged, and its hash has another form", () => {
    const folder = tree({ "src/index.js": "1" });
    const { zip, hash: treeHash } = packCode("src", folder);
    fs.writeFileSync(path.join(folder, "ready.ZIP"), zip);
    const packed = packCode("ready.ZIP", folder);
    expect(Buffer.from(packed.zip).equals(Buffer.from(zip))).toBe(true);
    expect(packed).toMatchObject({ files: 1, checksum: crc64(zip) });
    expect(packed.hash).toMatch(/^z1:[0-9a-f]{64}$/);
    expect(treeHash).toMatch(/^t1:[0-9a-f]{64}$/);
    expect(hashCode("ready.ZIP", folder)).toBe(packed.hash);
  });

  it("a folder named like a zip is a folder, and a link to a folder is that folder", () => {
    const folder = tree({ "a.zip/index.js": "1", "b/index.js": "1", c: { link: "b" } });
    expect(hashCode("a.zip", folder)).toBe(hashCode("b", folder));
    expect(hashCode("c", folder)).toBe(hashCode("b", folder));
  });

  it("refuses a file named .zip that is not a zip", () => {
    const { zip } = packCode(".", tree({ a: "1", b: "2" }));
    const damaged = Uint8Array.from(zip);
    damaged[damaged.length - 22 - 10] = 0xff;
    damaged.fill(0, damaged.length - 22 - 60, damaged.length - 22 - 20);
    const emptyZip = Buffer.alloc(22);
    emptyZip.writeUInt32LE(0x06054b50);
    const folder = tree({
      "text.zip": "not a zip",
      "none.zip": "",
      "cut.zip": zip.subarray(0, zip.length - 1),
      "head.zip": zip.subarray(1),
      "damaged.zip": damaged,
      "empty.zip": emptyZip,
    });
    expect(refused(folder, "text.zip").message).toMatch(/no end-of-directory record/);
    expect(refused(folder, "none.zip").message).toMatch(/no end-of-directory record/);
    expect(refused(folder, "cut.zip").message).toMatch(/no end-of-directory record/);
    expect(refused(folder, "head.zip").message).toMatch(/damaged|outside/);
    expect(refused(folder, "damaged.zip").message).toMatch(/damaged/);
    expect(refused(folder, "empty.zip").message).toMatch(/is empty/);
  });

  it("refuses an empty path and a path that does not exist", () => {
    const folder = freshFolder();
    expect(refused(folder, "").message).toMatch(/not a path/);
    expect(refused(folder, "a\0b").message).toMatch(/not a path/);
    expect(refused(folder, "missing")).toMatchObject({ path: "missing" });
    expect(refused(folder, "missing").message).toMatch(/does not exist.*folder of the program/);
    expect(refused(folder, "/dev/null").message).toMatch(/neither a folder nor a file/);
  });
});

describe("what is left out", () => {
  it("left out: files in .fcignore, .fcignore itself, .git and empty folders; not files in .gitignore", async () => {
    const folder = tree({
      ".gitignore": "dist/\n",
      ".fcignore": "# comment\n*.md\n!keep.md\n/docs/\nLogs\n",
      "dist/index.js": "1",
      "a.md": "1",
      "keep.md": "1",
      "docs/x.js": "1",
      "src/docs/x.js": "1",
      "src/.fcignore": "x.js\n",
      "logs/x": "1",
      "Logs2/x": "1",
      ".git/config": "1",
      "sub/.git": "gitdir: elsewhere",
      "sub/empty": null,
    });
    expect(await shipped(folder)).toEqual(
      [".gitignore", "Logs2/x", "dist/index.js", "keep.md", "logs/x", "src/.fcignore", "src/docs/x.js"].sort(),
    );
  });

  it("left-out folders are not read, so nothing in them is refused", async () => {
    const folder = tree({ ".fcignore": "data/\nbad\n", "a.js": "1", data: { link: "/" }, bad: { link: "nowhere" } });
    expect(await shipped(folder)).toEqual(["a.js"]);
  });

  it("a change of a left-out file does not change the hash", () => {
    const folder = tree({ ".fcignore": "*.log\n", "a.js": "1", "x.log": "1" });
    const before = hashCode(".", folder);
    write(folder, { "x.log": "2", ".fcignore": "*.log\n# more\n" });
    expect(hashCode(".", folder)).toBe(before);
  });
});

describe("links", () => {
  it("symbolic links inside the folder are replaced by their targets", async () => {
    const folder = tree({
      "lib/a.js": "1",
      "lib/run": { exec: "2" },
      "copy.js": { link: "lib/a.js" },
      run: { link: "lib/run" },
      twice: { link: "copy.js" },
      again: { link: "./lib" },
      "deep/er": { link: "../lib" },
    });
    const plain = tree({
      "lib/a.js": "1",
      "lib/run": { exec: "2" },
      "copy.js": "1",
      run: { exec: "2" },
      twice: "1",
      "again/a.js": "1",
      "again/run": { exec: "2" },
      "deep/er/a.js": "1",
      "deep/er/run": { exec: "2" },
    });
    const packed = packCode(".", folder);
    expect(packed).toEqual(packCode(".", plain));
    for (const entry of await unzip(packed.zip)) expect(entry.mode & 0o170000).toBe(0o100000);
  });

  it.each([
    ["leaves by a relative path", { link: "../outside.txt" }, /"\.\.\/outside\.txt" points outside the folder/],
    ["leaves by an absolute path", { link: "/etc/hostname" }, /"\/etc\/hostname" points outside the folder/],
    ["leaves to a folder", { link: ".." }, /points outside the folder/],
    ["dangles", { link: "nothing" }, /"nothing" dangles/],
    ["points to itself", { link: "link" }, /"link" loops/],
    ["points to the folder it is in", { link: "." }, /"\." loops/],
    ["points to a folder above it", { link: "../in" }, /"\.\.\/in" loops/],
  ])("a symbolic link that %s is refused with its path and target", (_, link, message) => {
    const parent = tree({ "outside.txt": "secret", "in/index.js": "1", "in/link": link });
    const error = refused(parent, "./in");
    expect(error).toMatchObject({ path: "./in/link" });
    expect(error.message).toMatch(message);
  });

  it("symbolic links that lead out of the folder through another link are refused", () => {
    const parent = tree({ "secret/x": "1", "in/a": { link: "b/x" }, "in/b": { link: "../secret" } });
    expect(refused(parent, "in").message).toMatch(/points outside the folder/);
  });

  it("a symbolic link to a sibling folder whose name has the same beginning is refused", () => {
    const parent = tree({ "code-secrets/x": "1", "code/index.js": "1", "code/x": { link: "../code-secrets/x" } });
    expect(refused(parent, "code").message).toMatch(/points outside the folder/);
  });

  it("symbolic links in a circle over two folders are refused", () => {
    const folder = tree({ "a/to-b": { link: "../b" }, "b/to-a": { link: "../a" }, x: "1" });
    expect(refused(folder).message).toMatch(/loops/);
  });

  it("symbolic links that multiply folders without end are refused quickly", () => {
    const folder = tree({ "d0/x": null });
    for (let at = 1; at < 24; at++)
      write(folder, { [`d${at}/l`]: { link: `../d${at - 1}` }, [`d${at}/r`]: { link: `../d${at - 1}` } });
    expect(refusal(() => hashCode(".", folder)).message).toMatch(/more than 65535 folders/);
  });
});

describe("refused with the path", () => {
  it("named pipes and sockets", async () => {
    const folder = tree({ "index.js": "1" });
    execFileSync("mkfifo", [path.join(folder, "pipe")]);
    expect(refused(folder)).toMatchObject({ path: "./pipe" });
    expect(refused(folder).message).toMatch(/named pipe/);
    fs.rmSync(path.join(folder, "pipe"));
    const server = net.createServer().listen(path.join(folder, "sock"));
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      expect(refused(folder).message).toMatch(/"\.\/sock".*socket/);
      write(folder, { ".fcignore": "sock\n" });
      expect(await shipped(folder)).toEqual(["index.js"]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("devices, where this user may make one", () => {
    const folder = tree({ "index.js": "1" });
    try {
      execFileSync("mknod", [path.join(folder, "null"), "c", "1", "3"], { stdio: "ignore" });
    } catch {
      return;
    }
    expect(refused(folder).message).toMatch(/"\.\/null".*device/);
  });

  it("what cannot be read", () => {
    const folder = tree({ "index.js": "1", "closed/x": "1", secret: "1" });
    fs.chmodSync(folder, 0o755);
    fs.chmodSync(path.join(folder, "secret"), 0);
    // Root can read every file, so the test changes to another user for these lines.
    const stepDown = process.geteuid!() === 0;
    if (stepDown) process.seteuid!(65_534);
    try {
      expect(refused(folder)).toMatchObject({ path: "./secret" });
      expect(refused(folder).message).toMatch(/cannot be read \(EACCES\)/);
    } finally {
      if (stepDown) process.seteuid!(0);
    }
    fs.chmodSync(path.join(folder, "closed"), 0);
    if (stepDown) process.seteuid!(65_534);
    try {
      expect(refused(folder)).toMatchObject({ path: "./closed" });
    } finally {
      if (stepDown) process.seteuid!(0);
      fs.chmodSync(path.join(folder, "closed"), 0o755);
    }
  });

  it.each([
    ["a backslash", "a\\b", /backslash/],
    ["a line break", "a\nb", /control character/],
    ["an escape", "a\u001bb", /control character/],
    ["a later control character", "a\u0085b", /control character/],
    ["a drive letter", "C:evil", /drive letter/],
  ])("names with %s", (_, name, message) => {
    expect(refused(tree({ [name]: "1" })).message).toMatch(message);
    expect(refused(tree({ [name]: "1" }), name).message).toMatch(message);
  });

  it("names that are not UTF-8", () => {
    const folder = tree({ "index.js": "1" });
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff])]), "1");
    expect(refused(folder).message).toMatch(/not valid Unicode/);
  });

  it.each([
    ["letter case", "a/Read.me", "a/read.me"],
    ["letter case of a folder", "Lib/a", "lib/b"],
    ["Unicode composition", "\u00e9.js", "e\u0301.js"],
    ["both", "\u00c9/x", "e\u0301/y"],
  ])("names that differ by %s only", (_, one, other) => {
    const folder = tree({ [one]: "1", [other]: "2" });
    // The rule that refuses such names exists because some file systems keep only one of the two files. On such a file
    // system the test cannot create both.
    if (fs.readdirSync(folder, { recursive: true }).length < 2) return;
    expect(refused(folder).message).toMatch(/differs from .* only by letter case or Unicode composition/);
  });

  it("more files than a zip can contain", () => {
    const folder = freshFolder();
    for (let at = 0; at < 256; at++) write(folder, { [`f/${at}`]: "" });
    for (let at = 0; at < 256; at++) write(folder, { [`l${at}`]: { link: "f" } });
    expect(refused(folder).message).toMatch(/more than 65535 files/);
  });

  it("trees with no file", () => {
    expect(refused(tree({ "a/b": null })).message).toMatch(/no file to ship/);
    expect(refused(tree({ ".fcignore": "*\n", "a.js": "1" })).message).toMatch(/no file to ship/);
  });

  it("a zip that is too large for a request is refused before it is read", () => {
    const folder = tree({ "big.zip": "" });
    fs.truncateSync(path.join(folder, "big.zip"), ZIP_LIMIT + 1);
    const { message } = refused(folder, "big.zip");
    expect(message).toMatch(/more than 74\.3 MB.*100\.0 MB.*OSS/);
  });
});
