/** Reads from an answer of InvokeFunction which version ran, and whether the function failed. Pure. */

/** The answer to an invocation. */
export interface Invoked {
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answer of the function as text. */
  readonly body: string;
}

/**
 * Headers of an answer with the number of the version that ran. The first header that has a number is used. Alibaba
 * Cloud's guide to canary releases names the first header. Recorded answers have the second one; its value may be the
 * name of the alias instead of a number.
 */
export const VERSION_HEADERS = ["x-fc-invocation-function-version", "x-fc-invocation-service-version"] as const;

/**
 * The header that the service adds to an answer if the function failed. Source: the SDK's documentation of
 * InvokeFunction.
 */
const ERROR_HEADER = "x-fc-error-type";

/** The number of the version that ran, and the header with this number; undefined if no header has a number. */
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
