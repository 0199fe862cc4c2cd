/** Assets and archives as code: the same files give the same package, in whatever form they are given. */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { hashCode, hashSource, packCode, packSource, sourceOfMarker } from "../../provider/code";
import { sourceOf } from "../../provider/resources/assets";
import { ARCHIVE, ASSET } from "../support/wire";
import { removeMade, tree, unzip } from "./support";

const { AssetArchive, FileArchive, FileAsset, RemoteArchive, RemoteAsset, StringAsset } = pulumi.asset;

let web: Server;
let address: string;
let served: Buffer;

beforeAll(async () => {
  web = createServer((request, response) => {
    if (request.url?.startsWith("/code") !== true) response.statusCode = 404;
    response.end(served);
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});

afterAll(() => {
  web.close();
  removeMade();
});

const hash = async (asset: pulumi.asset.Asset | pulumi.asset.Archive, base = "/") =>
  hashSource(await sourceOf(asset), base);
const problem = (asset: pulumi.asset.Asset | pulumi.asset.Archive, base = "/") =>
  hash(asset, base).then(
    () => "",
    (error: Error) => error.message,
  );

it("a FileArchive has the same hash as its folder, and a FileAsset as its file", async () => {
  const folder = tree({ "index.js": "1", "lib/a.js": "2", ".fcignore": "*.md", "readme.md": "x" });
  expect(await hash(new FileArchive(folder))).toBe(hashCode(folder, "/"));
  expect(await hash(new FileArchive("."), folder)).toBe(hashCode(folder, "/"));
  expect(await hash(new FileAsset(`${folder}/index.js`))).toBe(hashCode(`${folder}/index.js`, "/"));
  const whole = new AssetArchive({
    "index.js": new StringAsset("1"),
    lib: new AssetArchive({ "a.js": new StringAsset("2") }),
  });
  expect(await hash(whole)).toBe(hashCode(folder, "/"));
  const rooted = new AssetArchive({ ".": new FileArchive(`${folder}/lib`), "lib/../x": new StringAsset("") });
  expect(await problem(rooted)).toContain("lies outside the archive");
});

it("packs the hashed content; a text with #! becomes executable", async () => {
  const folder = tree({ "a.js": "2" });
  const archive = new AssetArchive({
    bootstrap: new StringAsset("#!/bin/sh\n"),
    "etc/config.json": new StringAsset("{}"),
    lib: new FileArchive(folder),
    ".": new AssetArchive({ "main.js": new FileAsset(`${folder}/a.js`) }),
  });
  const packed = await packSource(await sourceOf(archive), "/");
  expect(packed.hash).toBe(await hash(archive));
  const entries = await unzip(packed.zip);
  expect(entries.map(({ name, mode, bytes }) => [name, (mode & 0o777).toString(8), bytes.toString()])).toEqual([
    ["bootstrap", "755", "#!/bin/sh\n"],
    ["etc/config.json", "644", "{}"],
    ["lib/a.js", "644", "2"],
    ["main.js", "644", "2"],
  ]);
});

it("reads assets in the form in which the engine passes them", async () => {
  const folder = tree({ "a.js": "2" });
  const marker = {
    ...ARCHIVE,
    hash: "x",
    assets: { "b.txt": { ...ASSET, text: "", hash: "y" }, lib: { ...ARCHIVE, path: folder, hash: "z" } },
  };
  const archive = new AssetArchive({ "b.txt": new StringAsset(""), lib: new FileArchive(folder) });
  expect(await hashSource(sourceOfMarker(marker), "/")).toBe(await hash(archive));
  expect(() => sourceOfMarker({ path: folder })).toThrow("is no asset or archive");
});

it("fetches remote files and a remote zip", async () => {
  served = Buffer.from("exports.handler = 1");
  const archive = new AssetArchive({ "index.js": new RemoteAsset(`${address}/code`) });
  expect(await hash(archive)).toBe(await hash(new AssetArchive({ "index.js": new StringAsset(served.toString()) })));
  const zip = packCode(tree({ "index.js": "1" }), "/").zip;
  served = Buffer.from(zip);
  expect(await hash(new RemoteArchive(`${address}/code.zip?signature=hunter2`))).toMatch(/^z1:/);
  const { zip: again } = await packSource(await sourceOf(new RemoteArchive(`${address}/code.zip`)), "/");
  expect(Buffer.from(again).equals(Buffer.from(zip))).toBe(true);
  const folder = tree({ "a.js": "2" });
  expect(await hash(new RemoteAsset(`file://${folder}/a.js`))).toBe(hashCode(`${folder}/a.js`, "/"));
});

describe("refuses", () => {
  it.each([
    ["a StringAsset alone", () => new StringAsset("x"), "a StringAsset has no file name. Put it in an AssetArchive"],
    ["a RemoteAsset alone", () => new RemoteAsset(`${address}/code`), "a RemoteAsset has no file name"],
    ["nothing", () => new AssetArchive({}), "it holds no file"],
    [
      "text of more than 64 kB",
      () => new AssetArchive({ a: new StringAsset("x".repeat(65_537)) }),
      "allowed: 65536 in all",
    ],
    ["a name that leaves", () => new AssetArchive({ "../a": new StringAsset("x") }), "lies outside the archive"],
    ["an absolute name", () => new AssetArchive({ "/a": new StringAsset("x") }), "lies outside the archive"],
    ["a file without a name", () => new AssetArchive({ ".": new StringAsset("x") }), "a file needs a name of its own"],
    ["one name twice", () => new AssetArchive({ a: new StringAsset("x"), "./a": new StringAsset("y") }), "is twice"],
    [
      "two names that are one",
      () => new AssetArchive({ a: new StringAsset("x"), A: new StringAsset("y") }),
      "is twice",
    ],
    ["what is no asset", () => new AssetArchive({ a: "x" as never }), "is neither an asset nor an archive"],
    ["a path that is not there", () => new FileArchive("/nowhere/at/all"), "does not exist"],
    ["an address that says no", () => new RemoteArchive(`${address}/gone?signature=hunter2`), "HTTP status 404"],
    ["what is no zip", () => new RemoteArchive(`${address}/code`), "cannot be shipped as one"],
    ["another protocol", () => new RemoteArchive("ftp://127.0.0.1/x"), "is no address of http://"],
    ["nobody there", () => new RemoteArchive("http://127.0.0.1:1/x"), "cannot be fetched. Check the address"],
    [
      "a zip in an archive",
      () => new AssetArchive({ a: new FileArchive(zipFile()) }),
      "a zip cannot lie inside an archive",
    ],
    [
      "a remote archive in another",
      () => new AssetArchive({ a: new RemoteArchive(`${address}/code`) }),
      "must be the whole code, not a part of it",
    ],
  ])("%s", async (_name, make, message) => {
    served = Buffer.from("text");
    const said = await problem(make());
    expect(said).toContain(message);
    expect(said).not.toContain("hunter2");
  });
});

function zipFile(): string {
  return `${tree({ "code.zip": packCode(tree({ a: "1" }), "/").zip })}/code.zip`;
}
