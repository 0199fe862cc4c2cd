/** Converts Pulumi's assets and archives to plain descriptions of code. */
import * as pulumi from "@pulumi/pulumi";
import { CodeError, type CodeSource, remote } from "../code";

/** An asset or archive. */
export type Asset = pulumi.asset.Asset | pulumi.asset.Archive;

/** True for assets and archives, also those of another copy of the SDK. */
export function isAsset(value: unknown): boolean {
  return pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value);
}

/** Members of Pulumi's asset classes; each class has exactly one of them. */
interface Members {
  readonly path?: Promise<string>;
  readonly text?: Promise<string>;
  readonly uri?: Promise<string>;
  readonly assets?: Promise<Readonly<Record<string, unknown>>>;
}

/** The description of an asset. Members of an archive may be promises. */
export async function sourceOf(asset: Asset): Promise<CodeSource> {
  // The kind is found by the member, not by the class, because another copy of the SDK has other classes.
  const { path, text, uri, assets } = asset as Members;
  if (path !== undefined) return { kind: "path", path: await path };
  if (text !== undefined) return { kind: "text", text: await text };
  if (uri !== undefined) return remote(await uri, pulumi.asset.Archive.isInstance(asset));
  const members = Object.entries((await assets) ?? {}).map(async ([name, member]) => [
    name,
    await memberOf(name, member),
  ]);
  return { kind: "map", members: Object.fromEntries(await Promise.all(members)) as Record<string, CodeSource> };
}

async function memberOf(name: string, member: unknown): Promise<CodeSource> {
  const known: unknown = await member;
  if (isAsset(known)) return await sourceOf(known as Asset);
  throw new CodeError(name, "is neither an asset nor an archive. Wrap it: new StringAsset(text), new FileAsset(path).");
}
