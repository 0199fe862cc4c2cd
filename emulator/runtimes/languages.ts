/** Every language there is a way to run. A new one is a file of its own and a row here. */
import { CSHARP } from "./csharp";
import type { Language } from "./language";
import { NODE } from "./node";
import { PHP } from "./php";
import { PYTHON } from "./python";

export const LANGUAGES: readonly Language[] = [NODE, PYTHON, PHP, CSHARP];

/** The language of a runtime; undefined = there is none here. */
export function languageOf(runtime: string): Language | undefined {
  return LANGUAGES.find((language) => language.runtimes.test(runtime));
}
