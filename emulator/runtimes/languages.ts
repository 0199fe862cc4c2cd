/** All languages that the emulator runs. To add a language, write a file for it and add it here. */
import { CSHARP } from "./csharp";
import type { Language } from "./language";
import { NODE } from "./node";
import { PHP } from "./php";
import { PYTHON } from "./python";

export const LANGUAGES: readonly Language[] = [NODE, PYTHON, PHP, CSHARP];

/** The language of a runtime; undefined for a runtime that the emulator does not run. */
export function languageOf(runtime: string): Language | undefined {
  return LANGUAGES.find((language) => language.runtimes.test(runtime));
}

/** The advice for a runtime that the emulator does not run. */
export function insteadOf(runtime: string): string {
  const serve = "with customRuntimeConfig.command that starts an HTTP server on customRuntimeConfig.port";
  if (runtime === "custom-container") {
    return `put what the image starts into a zip archive and use runtime custom.debian12 ${serve}`;
  }
  return `build it into a program and use runtime custom.debian12 ${serve}; the service runs that as well`;
}
