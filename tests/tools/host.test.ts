/** Installing the tools of host tests, with substitutes for apt-get and sudo. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const hostModule = pathToFileURL(join(__dirname, "..", "..", "tools", "setup", "host.mjs")).href;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "host-test-"));
  symlinkSync("/usr/bin/env", join(folder, "env"));
  symlinkSync("/bin/sh", join(folder, "sh"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script = "exit 0"): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** Writes a replacement of apt-get. It records its arguments and installs the given commands. */
function aptGet(brings: string[]): void {
  const make = brings.map((name) => `[ "$1" = install ] && echo '#!/bin/sh' > ${folder}/${name}; /bin/chmod +x ${folder}/${name} 2>/dev/null`); // prettier-ignore
  program("apt-get", [`echo "$DEBIAN_FRONTEND $@" >> ${folder}/calls`, ...make, "exit 0"].join("\n"));
}

function calls(): string[] {
  const file = join(folder, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").slice(1) : [];
}

function install(user: "root" | "somebody"): { status: number | null; stderr: string } {
  const script = `
    import { installHostTools } from ${JSON.stringify(hostModule)};
    process.getuid = () => ${user === "root" ? 0 : 1000};
    try { installHostTools((line) => console.error(line)); }
    catch (error) { console.error(error.message); process.exit(1); }`;
  const args = ["--input-type=module", "-e", script];
  const { status, stderr } = spawnSync(process.execPath, args, { env: { PATH: folder }, encoding: "utf8" });
  return { status, stderr };
}

const ALL = ["python3", "php", "mcs", "mono", "go", "chromium"];

it("installs nothing if every tool is installed", () => {
  for (const name of ALL) program(name);
  aptGet([]);
  expect(install("root")).toEqual({ status: 0, stderr: "" });
  expect(calls()).toEqual([]);
});

it("root installs only missing tools, without a question", () => {
  for (const name of ["python3", "go", "chromium"]) program(name);
  aptGet(ALL);
  expect(install("root").status).toBe(0);
  expect(calls()).toEqual([
    "noninteractive update -q",
    "noninteractive install -y -q --no-install-recommends php-cli mono-mcs mono-runtime",
  ]);
});

it("other users need sudo without a password", () => {
  for (const name of ["python3", "mcs", "mono", "go", "chromium"]) program(name);
  aptGet(ALL);
  program("sudo", "exit 1");
  expect(install("somebody")).toMatchObject({ status: 1 });
  expect(calls()).toEqual([]);
  program("sudo", 'shift; [ "$1" = true ] || exec "$@"');
  expect(install("somebody").status).toBe(0);
  expect(calls()).toContain("noninteractive install -y -q --no-install-recommends php-cli");
});

it.each(["without apt-get", "when apt-get does not bring it"])("names the tools and what to do %s", (how) => {
  program("python3");
  if (how !== "without apt-get") aptGet(["php"]);
  const { status, stderr } = install("root");
  expect(status).toBe(1);
  expect(stderr).toContain("C# compiler: none of mcs is on the PATH");
  expect(stderr).toContain("mono-mcs mono-runtime");
  expect(stderr).toMatch(/macOS: brew install .*mono/);
});
