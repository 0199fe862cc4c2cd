/** The data for the web page, from the store. The data contain no environment variable, credential or code. Pure. */
import { textOf } from "../base/json";
import type { StoredAlias, StoredFunction } from "../state/model";
import { sharesOf } from "../service/weights";
import { expectedBand } from "./band";
import { type Traffic, WINDOW } from "./traffic";

/** Everything on the page. */
export interface PageState {
  readonly region: string;
  /** Largest number of requests that are counted for an alias. */
  readonly window: number;
  readonly functions: readonly FunctionView[];
}

interface FunctionView {
  readonly name: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly modified: string;
  /** Versions, newest first. */
  readonly versions: readonly VersionView[];
  readonly aliases: readonly AliasView[];
}

interface VersionView {
  readonly id: string;
  readonly created: string;
  readonly description: string;
  /** Names of the aliases that name the version. */
  readonly aliases: readonly string[];
}

interface AliasView {
  readonly name: string;
  /** Number of requests under the current split. */
  readonly requests: number;
  /** Versions of the split, the main version first. */
  readonly split: readonly SplitView[];
}

interface SplitView {
  readonly version: string;
  readonly isMain: boolean;
  /** Weight in percent. */
  readonly weight: number;
  readonly requests: number;
  readonly errors: number;
  /** Smallest expected count. */
  readonly low: number;
  readonly high: number;
}

/** The current data for the page. */
export function pageState(region: string, functions: Iterable<StoredFunction>, traffic: Traffic): PageState {
  const views = [...functions].map((entry) => viewFunction(entry, traffic));
  return { region, window: WINDOW, functions: views.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function viewFunction(entry: StoredFunction, traffic: Traffic): FunctionView {
  const aliases = [...entry.aliases.values()];
  const versions = [...entry.versions.values()].map(({ versionId, createdTime, description }) => ({
    id: versionId,
    created: createdTime,
    description,
    aliases: aliases.filter((alias) => versionId in sharesOf(alias)).map((alias) => alias.aliasName),
  }));
  return {
    name: entry.functionName,
    runtime: textOf(entry.config["runtime"]),
    memoryMb: Number(entry.config["memorySize"]),
    modified: entry.lastModifiedTime,
    versions: versions.sort((a, b) => Number(b.id) - Number(a.id)),
    aliases: aliases.map((alias) => viewAlias(entry, alias, traffic)),
  };
}

function viewAlias(entry: StoredFunction, alias: StoredAlias, traffic: Traffic): AliasView {
  const counts = traffic.counts(entry.functionId, alias);
  const total = [...counts.values()].reduce((sum, { requests }) => sum + requests, 0);
  const split = Object.entries(sharesOf(alias)).map(([version, share]) => ({
    version,
    isMain: version === alias.versionId,
    weight: Math.round(share * 1000) / 10,
    requests: counts.get(version)?.requests ?? 0,
    errors: counts.get(version)?.errors ?? 0,
    ...expectedBand(total, share),
  }));
  split.sort((a, b) => Number(b.isMain) - Number(a.isMain) || Number(a.version) - Number(b.version));
  return { name: alias.aliasName, requests: total, split };
}
