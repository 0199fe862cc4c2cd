/** All tests of `journeys.ts` in Python. `pulumi package add` generates the SDK; mypy checks SDK and program. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journeys } from "../support/journeys";
import { exampleInPython, inProgram, pythonEnvironment } from "../support/languages";
import { programFolder } from "../support/program";

const home = mkdtempSync(join(tmpdir(), "python-"));
let env: Record<string, string> = {};

afterAll(() => rmSync(home, { recursive: true }));

journeys(exampleInPython, () => (env = pythonEnvironment(home)));

it("program and generated SDK compile against each other", () => {
  const program = programFolder("typed", "");
  exampleInPython(program);
  try {
    const run = () => inProgram(program.folder, env, "mypy", "--strict", "__main__.py");
    expect(run()).toContain("no issues found");
    program.file("__main__.py", 'import pulumi_alicloud_fc as fc\nfc.Alias("a", alias_name=5)\n');
    expect(run).toThrow();
  } finally {
    program.remove();
  }
});
