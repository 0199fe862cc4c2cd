/** The browser of the machine. */
import { spawnSync } from "node:child_process";

/** Path of Chromium or Chrome; fails with what to install. */
export function browserPath(): string {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const { status, stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  throw new Error("no browser on the PATH: apt-get install chromium, or brew install chromium");
}
