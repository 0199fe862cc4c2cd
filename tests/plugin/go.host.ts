/** Every journey of a release in Go; `pulumi package add` makes the SDK, and compiler and `go vet` check it and the program. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { journeys } from "../support/journeys";
import { exampleInGo, hostsOnPath, inProgram } from "../support/languages";
import { programFolder } from "../support/program";

/** The package of the SDK that programs import. */
const SDK = "example.com/pulumi-alicloud-fc/sdk/go/alicloudfc";

journeys(exampleInGo, () => hostsOnPath("go"));

it("program and SDK have the types they say", () => {
  const program = programFolder("typed", "");
  try {
    exampleInGo(program);
    const vet = () => inProgram(program.folder, { GOWORK: "off" }, "go", "vet", "./...", SDK);
    expect(vet()).toBe("");
    const text = readFileSync(join(program.folder, "main.go"), "utf8");
    program.file("main.go", text.replace('AliasName: pulumi.String("prod")', "AliasName: pulumi.Int(5)"));
    expect(vet).toThrow("cannot use pulumi.Int(5)");
  } finally {
    program.remove();
  }
});
