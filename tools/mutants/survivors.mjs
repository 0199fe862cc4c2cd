/**
 * A reporter of `npm run mutants`, a plugin of Stryker. It prints each surviving mutant at once. The printed place has
 * the form that `--mutate` accepts.
 */
import { relative } from "node:path";
import { PluginKind, declareClassPlugin } from "@stryker-mutator/api/plugin";

class SurvivorReporter {
  /** @param {import("@stryker-mutator/api/core").MutantResult} mutant */
  onMutantTested({ status, fileName, location: { start, end }, mutatorName, replacement }) {
    if (status !== "Survived" && status !== "NoCoverage") return;
    // In the form of `--mutate`, lines count from 1 and columns from 0.
    const place = `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
    const file = relative(process.cwd(), fileName);
    console.log(`${status}: ${file}:${place} ${mutatorName} => ${replacement?.replaceAll(/\s+/g, " ")}`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, "survivors", SurvivorReporter)];
