/**
 * Prints each mutant that survives as soon as it is known, with its place in a form that `--mutate` takes. A reporter of
 * `npm run mutants`, a plugin of Stryker.
 */
import { relative } from "node:path";
import { PluginKind, declareClassPlugin } from "@stryker-mutator/api/plugin";

class SurvivorReporter {
  /** @param {import("@stryker-mutator/api/core").MutantResult} mutant */
  onMutantTested({ status, fileName, location: { start, end }, mutatorName, replacement }) {
    if (status !== "Survived" && status !== "NoCoverage") return;
    // As `--mutate` takes it: lines from 1, columns from 0.
    const place = `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
    const file = relative(process.cwd(), fileName);
    console.log(`${status}: ${file}:${place} ${mutatorName} => ${replacement?.replaceAll(/\s+/g, " ")}`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, "survivors", SurvivorReporter)];
