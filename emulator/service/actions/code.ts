/** Reads the code in a request: a zip, or an object in OSS. */
import type { World } from "../api";
import { invalidArgument, notImplemented, wrongField } from "../../base/errors";
import { field, isObject, type Json, type JsonObject } from "../../base/json";
import type { CodePackage } from "../../state/model";
import { NESTED } from "../nested";
import { readObject } from "../oss";
import { optionalText } from "./lookup";

/** Largest decoded zip in a request, in bytes. The whole request may have 100 MB. */
const MAX_ZIP_BYTES = 100 * 1024 * 1024;

const NO_SOURCE = "Either ossBucketName/ossObjectName or zipFile must be set";

/** The error for a request without required code. */
export function codeRequired(): Error {
  return invalidArgument(NO_SOURCE);
}

/** Stores the code of a request; undefined if the request has none. Throws for a wrong checksum and for a missing object. */
export function readCode(world: World, operation: string, value: Json | undefined): CodePackage | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalidArgument("code must be an object");
  const problem = NESTED.InputCodeLocation(value);
  if (problem !== undefined) throw wrongField(operation, "code", problem);
  const zip = objectBytes(world, operation, value) ?? decodeZip(value);
  if (world.options.codeCheck === "unzip" && !isZip(zip)) throw invalidArgument("the code package is not a zip file");
  const code = world.store.putPackage(zip);
  const checksum = field(value, "checksum");
  if (checksum !== undefined && checksum !== null && checksum !== "" && checksum !== code.checksum) {
    throw invalidArgument(`code checksum mismatch: expected ${JSON.stringify(checksum)}, actual '${code.checksum}'`);
  }
  return code;
}

/** Whether the bytes have the end record of a zip archive. */
function isZip(bytes: Buffer): boolean {
  return bytes.lastIndexOf("PK\x05\x06") >= 0;
}

function objectBytes(world: World, operation: string, code: JsonObject): Buffer | undefined {
  const bucket = optionalText(field(code, "ossBucketName"));
  const object = optionalText(field(code, "ossObjectName"));
  if (bucket === undefined && object === undefined) return undefined;
  if (world.options.ossDir === undefined) {
    throw notImplemented(operation, "code in OSS needs an emulator started with --oss DIR; or send code.zipFile");
  }
  if (bucket === undefined || object === undefined) throw codeRequired();
  return readObject(world.options.ossDir, bucket, object);
}

function decodeZip(code: JsonObject): Buffer {
  const text = field(code, "zipFile");
  if (typeof text !== "string" || text === "") throw codeRequired();
  const zip = Buffer.from(text, "base64");
  // Buffer.from skips characters that are not base64, so a damaged text is noticed only by its length.
  const expected = Math.floor((text.replace(/=+$/, "").length * 3) / 4);
  if (zip.length !== expected || zip.length === 0) throw invalidArgument("zipFile is not base64");
  if (zip.length > MAX_ZIP_BYTES) throw invalidArgument(`zipFile is larger than ${MAX_ZIP_BYTES} bytes`);
  return zip;
}
