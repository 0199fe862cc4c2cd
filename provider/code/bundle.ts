/** Collects the files of assets and archives: one tree of files, or one ready-made zip. */
import { CodeError } from "./errors";
import { type Found, type TreeFile, checkSize, find, readyZip } from "./find";
import { megabytes } from "./limits";
import { Claims, byCodeUnits } from "./names";
import { type CodeSource, TEXT_LIMIT } from "./source";
import { checkName } from "./tree";

/** Milliseconds after which a download fails. */
const DOWNLOAD_TIMEOUT = 120_000;

type Members = Readonly<Record<string, CodeSource>>;

/**
 * The files of a source. A path inside an archive means the same as a path without an archive. Text, and bytes from the
 * web, become executable files if they begin with `#!`.
 *
 * @throws CodeError for code that cannot be used
 */
export async function bundle(source: CodeSource, base: string): Promise<Found> {
  switch (source.kind) {
    case "path":
      return find(source.path, base);
    case "text":
      throw new CodeError("text", nameless("a StringAsset"));
    case "remote": {
      const shown = shownUri(source.uri);
      if (!source.archive) throw new CodeError(shown, nameless("a RemoteAsset"));
      const zip = readyZip(await download(source.uri), shown);
      return { kind: "zip", read: () => zip };
    }
    case "map":
      return { kind: "tree", files: await filesOf(source.members, base), single: false };
  }
}

function nameless(what: string): string {
  return `${what} has no file name. Put it in an AssetArchive under the name the handler needs, such as { "index.js": … }.`;
}

async function filesOf(members: Members, base: string): Promise<TreeFile[]> {
  const length = textLength(members);
  if (length > TEXT_LIMIT)
    throw new CodeError(
      "text",
      `the text assets hold ${length} characters; allowed: ${TEXT_LIMIT} in all, since the engine keeps text in state. Write it to a file and use a FileAsset.`,
    );
  const files = await collect(members, "", base);
  if (files.length === 0) throw new CodeError("archive", "it holds no file. Put at least one asset into it.");
  const sorted = files.sort((a, b) => byCodeUnits(a.name, b.name));
  refuseTwice(sorted.map(({ name }) => name));
  return sorted;
}

function refuseTwice(names: readonly string[]): void {
  const claims = new Claims();
  for (const [i, name] of names.entries()) {
    const earlier = names[i - 1] === name ? name : claims.claim(name)?.earlier;
    if (earlier === undefined) continue;
    throw new CodeError(
      name,
      `is twice in the archive (first as ${JSON.stringify(earlier)}), and one would replace the other. Rename one of them.`,
    );
  }
}

function textLength(members: Members): number {
  return Object.values(members).reduce((sum, member) => {
    if (member.kind === "text") return sum + member.text.length;
    return member.kind === "map" ? sum + textLength(member.members) : sum;
  }, 0);
}

async function collect(members: Members, above: string, base: string): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  for (const [key, member] of Object.entries(members)) {
    const place = placeOf(above, key);
    const more =
      member.kind === "map" ? await collect(member.members, place, base) : await filesAt(place, member, base);
    files.push(...more);
  }
  return files;
}

/** Joins a key of an `AssetArchive` to the path of its archive. The key `.` means this path itself. */
function placeOf(above: string, key: string): string {
  const parts = key.split("/").filter((part) => part !== "" && part !== ".");
  if (key.startsWith("/") || parts.includes(".."))
    throw new CodeError(key, "lies outside the archive. Allowed: names and paths below it, such as lib/index.js.");
  for (const part of parts) checkName(part, key);
  return [above, ...parts].filter((part) => part !== "").join("/");
}

async function filesAt(place: string, member: Exclude<CodeSource, { kind: "map" }>, base: string): Promise<TreeFile[]> {
  if (member.kind === "path") return below(place, find(member.path, base), member.path);
  if (member.kind === "remote" && member.archive)
    throw new CodeError(shownUri(member.uri), "an archive from the web must be the whole code, not a part of it.");
  const name = fileName(place);
  const bytes = Uint8Array.from(member.kind === "text" ? Buffer.from(member.text) : await download(member.uri));
  return [{ name, bytes, executable: bytes[0] === 0x23 && bytes[1] === 0x21 }];
}

/** The files at a key of an archive. A single file gets the key as its path; files of a folder get paths below the key. */
function below(place: string, found: Found, shown: string): TreeFile[] {
  if (found.kind === "zip")
    throw new CodeError(
      shown,
      "a zip cannot lie inside an archive. Use it as the whole code, or unpack it into a folder.",
    );
  if (found.single) return found.files.map((file) => ({ ...file, name: fileName(place) }));
  return found.files.map((file) => ({ ...file, name: place === "" ? file.name : `${place}/${file.name}` }));
}

function fileName(place: string): string {
  if (place !== "") return place;
  throw new CodeError(".", "is the archive itself: a file needs a name of its own.");
}

async function download(uri: string): Promise<Uint8Array> {
  const shown = shownUri(uri);
  if (!/^https?:\/\//.test(uri)) throw new CodeError(shown, "is no address of http://, https:// or file://.");
  const { status, bytes } = await fetched(uri, shown);
  if (status !== 200)
    throw new CodeError(shown, `cannot be fetched: HTTP status ${status}. Check the address and who may read it.`);
  checkSize(bytes.length, shown, `this is ${megabytes(bytes.length)}, more than`);
  return bytes;
}

async function fetched(uri: string, shown: string): Promise<{ status: number; bytes: Uint8Array }> {
  try {
    const response = await fetch(uri, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) });
    return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (error) {
    throw new CodeError(shown, "cannot be fetched. Check the address and the network.", { cause: error });
  }
}

/** The address without parts that may grant access: the query of a signed address, user and password. */
function shownUri(uri: string): string {
  return uri.replace(/\?.*$/s, "?…").replace(/\/\/[^/@]*@/, "//…@");
}
