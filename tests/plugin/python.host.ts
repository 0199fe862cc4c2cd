/** Every journey of a release in Python; the generated SDK and the program are checked by mypy. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journeys } from "../support/journeys";
import { exampleInPython, pythonEnvironment } from "../support/languages";
import { programFolder } from "../support/program";

const sdks = mkdtempSync(join(tmpdir(), "sdks-"));

afterAll(() => rmSync(sdks, { recursive: true }));

journeys(exampleInPython, () => pythonEnvironment(sdks));

it("program and SDK have the types they say", () => {
  const program = programFolder("typed", "");
  exampleInPython(program);
  try {
    const env = { ...process.env, ...pythonEnvironment(sdks), MYPYPATH: join(sdks, "site") };
    const run = () => execFileSync("mypy", ["--strict", "__main__.py"], { cwd: program.folder, env, encoding: "utf8" });
    expect(run()).toContain("no issues found");
    program.file("__main__.py", 'import pulumi_alicloud_fc as fc\nfc.Alias("a", alias_name=5)\n');
    expect(run).toThrow();
  } finally {
    program.remove();
  }
});
