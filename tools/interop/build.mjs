/** Builds programs of other projects from Go modules, by exact version, into the cache folder of this repository. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cacheFolder } from "../setup/engine.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * A program: its module, and its folder in the module. `standIns` are folders beside this file that replace modules
 * which cannot be downloaded and are not used.
 * @typedef {{ name: string, module: string, version: string, command: string, standIns: Record<string, string> }}
 *   Program
 */

/** @type {Program} */
export const PROVIDER = {
  name: "terraform-provider-alicloud",
  module: "github.com/aliyun/terraform-provider-alicloud",
  version: "v1.285.0",
  command: ".",
  standIns: {
    "github.com/alibabacloud-go/alibabacloud-gateway-oss": "oss",
    "github.com/alibabacloud-go/alibabacloud-gateway-oss-util": "oss-util",
  },
};

/** @type {Program} */
export const TOFU = {
  name: "tofu",
  module: "github.com/opentofu/opentofu",
  version: "v1.12.6",
  command: "./cmd/tofu",
  standIns: {},
};

/**
 * The path of the program. Builds the program if the cache does not have this version.
 * @param {Program} program
 * @param {(line: string) => void} say
 */
export function built(program, say) {
  const folder = join(dirname(cacheFolder(process.env, process.platform)), "interop", program.version);
  const file = join(folder, program.name);
  if (existsSync(file)) return file;
  say(`building ${program.module} ${program.version} from Go modules: up to 15 minutes on two cores, once`);
  mkdirSync(folder, { recursive: true });
  const temporary = mkdtempSync(join(tmpdir(), "interop-build-"));
  try {
    const partial = `${file}.${process.pid}`;
    buildInto(partial, program, temporary);
    renameSync(partial, file);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return file;
}

/**
 * @param {string} file
 * @param {Program} program
 * @param {string} temporary
 */
function buildInto(file, { module, version, command, standIns }, temporary) {
  /** @type {{ Dir: string }} */
  const { Dir: source } = JSON.parse(go(["mod", "download", "-json", `${module}@${version}`], temporary));
  // A copy of the module's go.mod and go.sum, because the module's folder in Go's cache is read-only.
  const modfile = join(temporary, "go.mod");
  for (const name of ["go.mod", "go.sum"]) {
    copyFileSync(join(source, name), join(temporary, name));
    chmodSync(join(temporary, name), 0o644);
  }
  for (const [replaced, folder] of Object.entries(standIns)) {
    go(["mod", "edit", `-replace=${replaced}=${join(here, "stand-ins", folder)}`, modfile], temporary);
  }
  go(["build", `-modfile=${modfile}`, "-mod=mod", "-trimpath", "-o", file, command], source);
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function go(args, cwd) {
  // Go from version 1.21 on downloads the newer version that a module needs.
  const env = { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "", GOWORK: "off" };
  const { status, stdout, error } = spawnSync("go", args, {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error) throw new Error(`Go is needed, 1.21 or newer (https://go.dev/doc/install): ${error.message}`);
  if (status !== 0) throw new Error(`go ${args.join(" ")} ended with ${status}; see its output above`);
  return stdout;
}
