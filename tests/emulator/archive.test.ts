import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { Zip, ZipDeflate, type Zippable, zipSync } from "fflate";

import { checkEntries, checkLink, type EntryHead, MAX_TOTAL_BYTES, unpack } from "../../archive/unpack";
import { Api, refusal, useEmulator } from "./support";

const LINK = 0o120777 << 16;

function archive(entries: Record<string, string | { link: string } | { mode: number }>): Buffer {
  const files: Zippable = {};
  for (const [name, value] of Object.entries(entries)) {
    if (typeof value === "string") files[name] = [Buffer.from(value), {}];
    else if ("link" in value) files[name] = [Buffer.from(value.link), { os: 3, attrs: LINK }];
    else files[name] = [Buffer.alloc(0), { os: 3, attrs: value.mode << 16 }];
  }
  return Buffer.from(zipSync(files));
}

/**
 * An archive with two entries of the same name. It is made from an archive with two names of the same length, by writing
 * the first name over the second one.
 */
function twice(): Buffer {
  const bytes = archive({ "one.js": "1", "two.js": "2" });
  for (let at = bytes.indexOf("two.js"); at >= 0; at = bytes.indexOf("two.js")) bytes.write("one.js", at);
  return bytes;
}

/** The bytes with which each record of a zip's central directory begins. */
const CENTRAL = Buffer.from("PK\x01\x02", "latin1");
/** The bytes with which the record at the end of a zip begins. */
const END = Buffer.from("PK\x05\x06", "latin1");

/** An archive with changed bytes in a place that readers use: the central directory, or the record at the end. */
function changed(bytes: Buffer, record: Buffer, edit: (at: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  edit(copy.subarray(copy.indexOf(record)));
  return copy;
}

/** An entry with another name in the UTF-8 field of Info-ZIP, which takes precedence over the name in the header. */
function renamed(plain: string, real: string): Buffer {
  const field = Buffer.alloc(5 + Buffer.byteLength(real));
  field.writeUInt8(1);
  field.writeUInt32LE(crc32(Buffer.from(plain)), 1);
  field.write(real, 5);
  return Buffer.from(zipSync({ [plain]: [Buffer.from("1"), { extra: { 0x7075: field } }] }));
}

/** Two names for the content of one entry. */
function shared(): Buffer {
  const bytes = archive({ "one.js": "1", "two.js": "1" });
  bytes.writeUInt32LE(0, bytes.lastIndexOf(CENTRAL) + 42);
  bytes.write("two.js", 30);
  return bytes;
}

/** An archive whose sizes are in the zip64 field, with the given number of bytes. */
function large(bytes: bigint): Buffer {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(bytes);
  const made = Buffer.from(zipSync({ "a.js": [Buffer.from("1"), { extra: { 1: field } }] }));
  return changed(made, CENTRAL, (at) => at.writeUInt32LE(0xffffffff, 24));
}

/** An archive written as a stream: checksum and sizes follow the bytes. */
function streamed(name: string, text: string): Buffer {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((_error, chunk) => chunks.push(chunk));
  const file = new ZipDeflate(name);
  zip.add(file);
  file.push(Buffer.from(text), true);
  zip.end();
  return Buffer.concat(chunks);
}

const plain = archive({ "a.js": "1" });
const stored = Buffer.from(zipSync({ "a.js": Buffer.from("stored") }, { level: 0 }));
const storedLink = Buffer.from(zipSync({ l: [Buffer.from("target"), { os: 3, attrs: LINK }] }, { level: 0 }));
const packed = archive({ "a.js": "x".repeat(1000) });

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "archive-test-"));
  folder = join(parent, "a", "b");
  await mkdir(folder, { recursive: true });
});
afterEach(() => rm(parent, { recursive: true }));

const REFUSED: [string, Buffer][] = [
  ["..", archive({ "../up.js": "1" })],
  [".. inside", archive({ "a/../../up.js": "1" })],
  [".", archive({ "./a.js": "1" })],
  ["absolute", archive({ "/etc/up.js": "1" })],
  ["backslash", archive({ "..\\up.js": "1" })],
  ["drive letter", archive({ "C:up.js": "1" })],
  ["drive path", archive({ "c:/up.js": "1" })],
  ["NUL", archive({ "a\0b": "1" })],
  ["empty segment", archive({ "a//b.js": "1" })],
  ["duplicate", twice()],
  ["file and folder", archive({ a: "1", "a/b.js": "2" })],
  ["absolute link", archive({ l: { link: "/etc/passwd" } })],
  ["link up", archive({ l: { link: "../x" } })],
  ["link up from a folder", archive({ "d/l": { link: "../../x" } })],
  ["link up after a name", archive({ "d/e/l": { link: "x/../.." } })],
  ["below a link", archive({ l: { link: "d" }, "l/x.js": "1" })],
  ["device", archive({ d: { mode: 0o020666 } })],
  ["FIFO", archive({ p: { mode: 0o010666 } })],
  ["socket", archive({ s: { mode: 0o140666 } })],
  ["block device", archive({ b: { mode: 0o060666 } })],
  ["a folder that says it is a file", archive({ d: { mode: 0o040755 } })],
  ["a name of 256 bytes", archive({ ["x".repeat(256)]: "1" })],
  ["a name of 256 bytes in a folder", archive({ [`d/${"ü".repeat(128)}`]: "1" })],
  ["a path of 2,050 bytes", archive({ [`${"d/".repeat(1024)}ab`]: "1" })],
  ["only ..", archive({ "..": "1" })],
  ["folder ..", archive({ "../": "" })],
  ["a folder above", archive({ "a/../../": "" })],
  ["two slashes in front", archive({ "//host/share": "1" })],
  ["backslashes and a drive", archive({ "C:\\Windows\\up.js": "1" })],
  ["backslash at the end", archive({ "a\\": "1" })],
  ["another name than it seems", renamed("ok.js", "../up.js")],
  ["another absolute name than it seems", renamed("ok.js", "/etc/up.js")],
  ["empty link", archive({ l: { link: "" } })],
  ["link with NUL", archive({ l: { link: "a\0b" } })],
  ["link with backslash", archive({ l: { link: "..\\x" } })],
  ["link of 1,025 bytes", archive({ l: { link: "x".repeat(1025) } })],
  ["link to the folder above", archive({ l: { link: ".." } })],
  ["link up through a link", archive({ d: { link: "e" }, l: { link: "d/../../x" } })],
  ["folder below a file", archive({ a: "1", "a/": "" })],
  ["file below a link's folder", archive({ "d/l": { link: "x" }, "d/l/y": "1" })],
  ["no zip", Buffer.from("print('hello')")],
  ["nothing", Buffer.alloc(0)],
  ["cut short", plain.subarray(0, 40)],
  ["cut in the central directory", plain.subarray(0, plain.length - 30)],
  ["cut in front", plain.subarray(10)],
  ["encrypted", changed(plain, CENTRAL, (at) => at.writeUInt16LE(1, 8))],
  ["an unknown compression", changed(plain, CENTRAL, (at) => at.writeUInt16LE(99, 10))],
  ["more bytes than announced", changed(packed, CENTRAL, (at) => at.writeUInt32LE(10, 24))],
  ["fewer bytes than announced", changed(packed, CENTRAL, (at) => at.writeUInt32LE(2000, 24))],
  ["stored bytes of another size", changed(plain, CENTRAL, (at) => at.writeUInt32LE(9, 24))],
  ["packed bytes beyond the end", changed(packed, CENTRAL, (at) => at.writeUInt32LE(9_999, 20))],
  ["an entry beyond the end", changed(plain, CENTRAL, (at) => at.writeUInt32LE(9_999, 42))],
  ["an entry that is none", changed(plain, CENTRAL, (at) => at.writeUInt32LE(1, 42))],
  ["sizes in a field that is not there", changed(plain, CENTRAL, (at) => at.writeUInt32LE(0xffffffff, 24))],
  ["more entries than there are", changed(plain, END, (at) => at.writeUInt16LE(7, 10))],
  ["a directory beyond the end", changed(plain, END, (at) => at.writeUInt32LE(9_999, 16))],
  ["a comment longer than the file", changed(plain, END, (at) => at.writeUInt16LE(500, 20))],
  ["garbage at the end", Buffer.concat([plain, Buffer.from("garbage")])],
  ["other bytes than announced", changed(stored, Buffer.from("stored"), (at) => at.write("staked"))],
  ["another checksum than that of its bytes", changed(plain, CENTRAL, (at) => at.writeUInt32LE(7, 16))],
  ["a link damaged on its way", changed(storedLink, Buffer.from("target"), (at) => at.write("garnet"))],
  ["bytes of two entries", shared()],
  ["data in front", Buffer.concat([Buffer.from("#!/bin/sh\n"), plain])],
  ["a large archive's record that is not there", changed(plain, END, (at) => at.writeUInt16LE(0xffff, 10))],
  ["a terabyte", large(1n << 40n)],
  ["more bytes than a number holds", large(1n << 63n)],
  ["a disc of many", changed(plain, END, (at) => at.writeUInt16LE(1, 4))],
  ["damaged bytes", changed(packed, Buffer.from("a.js"), (at) => at.fill(0xff, 4, 12))],
  ["bomb", archive({ zeros: "\0".repeat(40 * 1024 * 1024) })],
];

it.each(REFUSED)("refuses %s before anything is written", async (_what, bytes) => {
  await expect(unpack(bytes, folder)).rejects.toThrow(expect.objectContaining({ name: "ArchiveRefused" }) as Error);
  expect((await readdir(parent, { recursive: true })).sort()).toEqual(["a", "a/b"]);
});

it("the test has at least forty hostile archives", () => {
  expect(new Set(REFUSED.map(([, bytes]) => bytes.toString("base64"))).size).toBeGreaterThanOrEqual(40);
});

/** Names and contents that look hostile but are harmless. */
const TAKEN: [string, Buffer, string[]][] = [
  ["dots written as they are on the web", archive({ "%2e%2e%2fup.js": "1" }), ["%2e%2e%2fup.js"]],
  ["dots of other scripts", archive({ "\uff0e\uff0e/up.js": "1" }), ["\uff0e\uff0e", "\uff0e\uff0e/up.js"]],
  ["more dots than lead up", archive({ ".../a.js": "1" }), ["...", ".../a.js"]],
  ["spaces and quotes", archive({ " '\"$(x)": "1" }), [" '\"$(x)"]],
  [
    "names a shell or another system keeps for itself",
    archive({ "-rf": "1", CON: "1", "~": "1" }),
    ["-rf", "CON", "~"],
  ],
  ["names of objects", archive({ __proto__x: "1", constructor: "1" }), ["__proto__x", "constructor"]],
  [
    "an archive in an archive, as it is",
    archive({ "in.zip": archive({ "../up.js": "1" }).toString("latin1") }),
    ["in.zip"],
  ],
  ["sizes behind the bytes", streamed("a.js", "1"), ["a.js"]],
  ["a size of the directory that nobody needs", changed(plain, END, (at) => at.writeUInt32LE(10, 12)), ["a.js"]],
  ["no entry", archive({}), []],
];

it.each(TAKEN)("unpacks %s", async (_what, bytes, names) => {
  await unpack(bytes, folder);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(names);
  expect((await readdir(parent)).concat(await readdir(join(parent, "a")))).toEqual(["a", "b"]);
});

it.each([
  ["case", "readme", "README"],
  ["the form of an accent", "\u00e9", "e\u0301"],
])(
  "names that differ in %s are unpacked if they are two names on this disc, and refused otherwise",
  async (_what, one, two) => {
    await writeFile(join(parent, one), "");
    const unpacking = unpack(archive({ [one]: "1", [two]: "2" }), folder);
    if (existsSync(join(parent, two))) await expect(unpacking).rejects.toThrow("are one on this disc");
    else {
      await unpacking;
      expect(await readFile(join(folder, one), "utf8")).toBe("1");
      expect(await readFile(join(folder, two), "utf8")).toBe("2");
    }
  },
);

it.each<[string, Buffer]>([
  ["file", plain],
  ["folder", archive({ "a.js/b": "1" })],
  ["folder of nothing", archive({ "a.js/": "" })],
  ["link", archive({ "a.js": { link: "b" } })],
])("an existing file is not overwritten by a %s", async (_what, bytes) => {
  await writeFile(join(folder, "a.js"), "there");
  await expect(unpack(bytes, folder)).rejects.toThrow("are one on this disc");
  expect(await readFile(join(folder, "a.js"), "utf8")).toBe("there");
});

it("drops the permission bits that give the rights of another user", async () => {
  await unpack(archive({ run: { mode: 0o106755 } }), folder);
  expect((await stat(join(folder, "run"))).mode & 0o7777).toBe(0o755 & ~process.umask());
});

it("unpacks files, folders, modes and links within the tree", async () => {
  const bytes = archive({
    "index.js": "1",
    "lib/": "",
    "lib/run": { mode: 0o100755 },
    "lib/link.js": { link: "../index.js" },
  });
  await unpack(bytes, folder);
  expect(await readFile(join(folder, "lib/link.js"), "utf8")).toBe("1");
  expect(await readlink(join(folder, "lib/link.js"))).toBe("../index.js");
  expect((await stat(join(folder, "lib/run"))).mode & 0o111).not.toBe(0);
  expect((await stat(join(folder, "index.js"))).mode & 0o111).toBe(0);
});

it("limits the number and the total size", () => {
  const head = (name: string, size: number): EntryHead => ({
    name,
    kind: "file",
    executable: false,
    size,
    from: 0,
    to: 0,
  });
  const many = Array.from({ length: 20_001 }, (_, at) => head(`f${at}`, 0));
  expect(() => checkEntries(many, 1e9)).toThrow(/entries/);
  expect(() => checkEntries([head("a", MAX_TOTAL_BYTES), head("b", 1)], 1e9)).toThrow(/bytes/);
  expect(() => checkEntries([head("a", MAX_TOTAL_BYTES)], 1e9)).not.toThrow();
});

it("a link may lead to a folder above it, but not out of the tree", () => {
  expect(() => checkLink("a/b/c", "../../x")).not.toThrow();
  expect(() => checkLink("a/b/c", "../../../x")).toThrow(/out of the tree/);
});

describe("an archive as the code of a function", () => {
  const emulator = useEmulator();

  it("is accepted when the function is created, as by the service, and refused when the function is invoked", async () => {
    const api = new Api(emulator());
    await api.create("slip", { code: { zipFile: archive({ "../up.js": "1" }).toString("base64") } as never });
    const error = await refusal(api.invoke("slip"));
    expect(error).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
    expect(error.message).toContain("up.js");
  });

  it.each(["damaged bytes", "more bytes than announced", "encrypted", "nothing"])("an archive (%s) makes the invocation fail, and the emulator continues", async (what) => {
    const api = new Api(emulator());
    const name = what.replaceAll(" ", "-");
    const bytes = new Map(REFUSED).get(what) ?? plain;
    await api.create(name, { code: { zipFile: bytes.toString("base64") } as never }).catch(() => undefined);
    await expect(api.invoke(name)).rejects.toHaveProperty("statusCode");
    await api.create(`after-${name}`);
    expect(await api.invoke(`after-${name}`)).toMatchObject({ status: 200, body: "ok" });
  }); // prettier-ignore
});
