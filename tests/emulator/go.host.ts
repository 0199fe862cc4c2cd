/** A Go program as a custom runtime. The error message for runtime go1 advises this. Needs go on the PATH. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "@alicloud/fc20230330";
import { zipSync } from "fflate";

import { Api, useEmulator } from "./support";

const SERVER = `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/invoke", func(answer http.ResponseWriter, request *http.Request) {
		event, _ := io.ReadAll(request.Body)
		fmt.Println("got", string(event))
		fmt.Fprintf(answer, "%s from version %s", event, request.Header.Get("x-fc-version-id"))
	})
	http.ListenAndServe("127.0.0.1:"+os.Getenv("FC_CUSTOM_LISTEN_PORT"), nil)
}
`;

// The program is compiled first.
jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), "emulator-go-"));
const emulator = useEmulator();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a Go program runs behind a weighted alias like any other runtime", async () => {
  writeFileSync(join(folder, "main.go"), SERVER);
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "" };
  execFileSync("go", ["build", "-o", "server", "main.go"], { cwd: folder, env, stdio: "pipe" });
  const executable = { os: 3, attrs: 0o755 << 16 };
  const zip = zipSync({ server: [readFileSync(join(folder, "server")), executable] }, { level: 1 });
  const api = new Api(emulator());
  await api.create("go", {
    runtime: "custom.debian12",
    handler: "none",
    code: new fc.InputCodeLocation({ zipFile: Buffer.from(zip).toString("base64") }),
    customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["/code/server"], port: 9481 }),
  });
  await api.publish("go");
  await api.createAlias("go", "live", { versionId: "1" });
  const answer = await api.invoke("go", { qualifier: "live", event: "hi", log: true });
  expect(answer).toMatchObject({ status: 200, body: "hi from version 1", version: "1", errorType: undefined });
  expect(answer.log).toContain("got hi\n");
});
