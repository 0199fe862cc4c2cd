/** What an answer of InvokeFunction tells: which version ran, and whether it failed. Pure. */

/** The answer to an invocation. */
export interface Invoked {
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the function answered, as text. */
  readonly body: string;
}

/**
 * Headers of an answer that name the version that ran, the first one that has a number counts. Source: Alibaba Cloud's
 * guide to canary releases names the first; answers were seen with the second, which may carry the name of the alias in
 * its place.
 */
export const VERSION_HEADERS = ["x-fc-invocation-function-version", "x-fc-invocation-service-version"] as const;

/** The header of an answer whose function failed. Source: the SDK's documentation of InvokeFunction. */
const ERROR_HEADER = "x-fc-error-type";

/** The number of the version that ran, and the header that names it; undefined where none does. */
export function versionNamed({
  headers,
}: Pick<Invoked, "headers">): { readonly header: string; readonly versionId: string } | undefined {
  for (const header of VERSION_HEADERS) {
    const versionId = headers[header] ?? "";
    if (/^\d+$/.test(versionId)) return { header, versionId };
  }
  return undefined;
}

/** Whether the function failed. The service answers such an invocation with status 200. */
export function functionFailed({ headers }: Pick<Invoked, "headers">): boolean {
  return headers[ERROR_HEADER] !== undefined;
}
