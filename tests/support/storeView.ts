/**
 * Describes the objects of an emulator as text, from its store. This file does not use the package, so the form of the texts that mark
 * an owner is written out here.
 */
import { unzipSync } from "fflate";
import type { Emulator, StoredFunction } from "../../emulator";

const OWNER_TAG = "pulumi-alicloud-fc-owner";

/** One line for each object: `api of shop/dev/api: code a`, `api 1: a`, `api prod of shop/dev/api: 1 75 %, 2 25 %`, `api http: prod`. */
export function lines(emulator: Emulator): string[] {
  return [...emulator.store.functions.values()].flatMap((entry) => linesOf(emulator, entry));
}

function linesOf(emulator: Emulator, entry: StoredFunction): string[] {
  const name = entry.functionName;
  const owner = entry.tags.find(({ key }) => key === OWNER_TAG)?.value.replace(/^[0-9a-f]{12}:/, "");
  const mark = (description: string) => / ?\[fcp:[0-9a-f]{12}:([\w./-]+)/.exec(description)?.[1];
  const of = (words: string | undefined) => (words === undefined ? "" : ` of ${words}`);
  const versions = [...entry.versions.values()].map(
    (version) => `${name} ${version.versionId}${of(mark(version.description))}: ${codeOf(emulator, version)}`,
  );
  const aliases = [...entry.aliases.values()].map(
    (alias) => `${name} ${alias.aliasName}${of(mark(alias.description))}: ${sharesText(alias)}`,
  );
  const triggers = [...entry.triggers.values()].map(
    (trigger) => `${name} ${trigger.triggerName}${of(mark(trigger.description))} → ${trigger.qualifier}`,
  );
  return [`${name}${of(owner)}: ${codeOf(emulator, entry)}`, ...versions, ...aliases.sort(), ...triggers.sort()];
}

/** The letter that the code of a function or version returns. */
export function codeOf(emulator: Emulator, { code }: Pick<StoredFunction, "code">): string {
  if (code === undefined) return "no code";
  const files = unzipSync(emulator.store.readPackage(code));
  const text = Buffer.from(files["index.js"] ?? new Uint8Array()).toString();
  return /"(.*)"/.exec(text)?.[1] ?? text;
}

/** Version id to percent, the main version's rest included. */
export function sharesOf(alias: { versionId: string; additionalVersionWeight: Readonly<Record<string, number>> }) {
  const additional = Object.entries(alias.additionalVersionWeight).map(
    ([id, weight]) => [id, Math.round(weight * 1000) / 10] as const,
  );
  const rest = additional.reduce((left, [, share]) => left - share, 100);
  return new Map([[alias.versionId, Math.round(rest * 10) / 10] as const, ...additional]);
}

function sharesText(alias: Parameters<typeof sharesOf>[0]): string {
  return [...sharesOf(alias)].map(([id, share]) => `${id} ${share} %`).join(", ");
}
