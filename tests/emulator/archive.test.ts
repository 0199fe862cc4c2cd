import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Zippable, zipSync } from "fflate";

import { checkEntries, checkLink, type EntryHead, MAX_TOTAL_BYTES, unpack } from "../../emulator/archive";
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

/** Two archives' worth of one name: the second entry gets the first one's name of equal length. */
function twice(): Buffer {
  const bytes = archive({ "one.js": "1", "two.js": "2" });
  for (let at = bytes.indexOf("two.js"); at >= 0; at = bytes.indexOf("two.js")) bytes.write("one.js", at);
  return bytes;
}

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
  ["no zip", Buffer.from("print('hello')")],
  ["cut short", archive({ "a.js": "1" }).subarray(0, 40)],
  ["bomb", archive({ zeros: "\0".repeat(40 * 1024 * 1024) })],
];

it.each(REFUSED)("refuses %s before anything is written", async (_what, bytes) => {
  await expect(unpack(bytes, folder)).rejects.toThrow(expect.objectContaining({ name: "ArchiveRefused" }) as Error);
  expect(await readdir(parent, { recursive: true })).toEqual(["a", "a/b"].map((name) => name));
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
  const head = (name: string, size: number): EntryHead => ({ name, kind: "file", executable: false, size });
  const many = Array.from({ length: 20_001 }, (_, at) => head(`f${at}`, 0));
  expect(() => checkEntries(many, 1e9)).toThrow(/entries/);
  expect(() => checkEntries([head("a", MAX_TOTAL_BYTES), head("b", 1)], 1e9)).toThrow(/bytes/);
  expect(() => checkEntries([head("a", MAX_TOTAL_BYTES)], 1e9)).not.toThrow();
});

it("takes links whose way leads up only at its beginning and not too far", () => {
  expect(() => checkLink("a/b/c", "../../x")).not.toThrow();
  expect(() => checkLink("a/b/c", "../../../x")).toThrow(/out of the tree/);
});

describe("in a function", () => {
  const emulator = useEmulator();

  it("is taken at create, as by the service, and refused at the invocation", async () => {
    const api = new Api(emulator());
    await api.create("slip", { code: { zipFile: archive({ "../up.js": "1" }).toString("base64") } as never });
    const error = await refusal(api.invoke("slip"));
    expect(error).toMatchObject({ statusCode: 501, code: "EmulatorNotImplemented" });
    expect(error.message).toContain("up.js");
  });
});
