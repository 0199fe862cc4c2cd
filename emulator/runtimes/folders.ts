/** The folders of an instance and the variables that name them. */
import * as fs from "node:fs/promises";
import * as path from "node:path";

import { unpack } from "../../archive/unpack";
import { scrubbedEnvironment } from "./launcher";

/** Paths of an instance's folders on this machine. */
export interface Folders {
  /** Folder of the user's code, `/code` in the service. */
  readonly code: string;
  /** Folder of the layers' files, `/opt` in the service. */
  readonly layers: string;
  readonly home: string;
  readonly temporary: string;
  /** Folder for files that are made from the code before the start. */
  readonly work: string;
}

/** Creates the folders below `root`, and unpacks code and layers. Removes the folders if an archive is refused. */
export async function makeFolders(root: string, code: Buffer, layers: readonly Buffer[]): Promise<Folders> {
  const folders: Folders = {
    code: path.join(root, "code"),
    layers: path.join(root, "opt"),
    home: path.join(root, "home"),
    temporary: path.join(root, "tmp"),
    work: path.join(root, "work"),
  };
  try {
    for (const folder of Object.values(folders) as string[]) {
      await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await unpack(code, folders.code);
    await unpackLayers(layers, folders.layers, path.join(root, "layer"));
    return folders;
  } catch (error) {
    await fs.rm(root, { recursive: true, force: true });
    throw error;
  }
}

/** Unpacks the last layer first, so that files of the first layer replace those of the others. Source: documentation. */
async function unpackLayers(layers: readonly Buffer[], folder: string, beside: string): Promise<void> {
  for (const layer of layers.toReversed()) {
    await fs.mkdir(beside, { mode: 0o700 });
    await unpack(layer, beside);
    await fs.cp(beside, folder, { recursive: true, force: true, verbatimSymlinks: true });
    await fs.rm(beside, { recursive: true });
  }
}

/** Replaces `/code` and `/opt` at the beginning of paths in a text by the instance's folders. */
export function localPaths(text: string, folders: Folders): string {
  return text.replaceAll(/(?<![\w./-])\/(code|opt)(?![\w.-])/g, (_all, name: string) =>
    name === "code" ? folders.code : folders.layers,
  );
}

/**
 * Environment variables of an instance: allowed variables of this machine, those of the function and of the runtime,
 * and search paths for the files of layers.
 */
export function environmentOf(
  folders: Folders,
  own: Readonly<Record<string, string>>,
  layerPaths: Readonly<Record<string, string>>,
): Record<string, string> {
  const base = scrubbedEnvironment({ HOME: folders.home, TMPDIR: folders.temporary, TZ: "UTC" });
  const local = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, localPaths(value, folders)]));
  const environment: Record<string, string> = { ...base, ...local };
  for (const [name, below] of Object.entries(layerPaths)) {
    const inLayer = path.join(folders.layers, below);
    const rest = environment[name];
    environment[name] = rest === undefined || rest === "" ? inLayer : `${inLayer}${path.delimiter}${rest}`;
  }
  return environment;
}
