/** Reads objects of OSS from files whose path is `<folder>/<bucket>/<object>`. */
import * as fs from "node:fs";
import * as path from "node:path";
import { invalidArgument } from "../base/errors";

/** Reads an object. Throws the service's error if it does not exist (source: FAQ of the deployment pipeline). */
export function readObject(folder: string, bucket: string, object: string): Buffer {
  const missing = () => invalidArgument(`object '${object}' does not exist in '${bucket}'`);
  const root = path.resolve(folder, bucket);
  const file = path.resolve(root, object);
  if (path.dirname(root) !== path.resolve(folder) || !file.startsWith(root + path.sep)) throw missing();
  try {
    return fs.readFileSync(file);
  } catch {
    throw missing();
  }
}
