/** Values that have a special meaning between the engine and a provider. */

/**
 * Markers of unknown values, one for each type. The first is that of a text. Source: Pulumi
 * `sdk/go/common/resource/plugin/rpc.go`.
 */
export const MARKERS = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/**
 * The member that marks secrets, assets and archives, with its values. Source: Pulumi `sdk/nodejs/runtime/rpc.ts`. The
 * values are written out here, because tests do not import them from the code under test.
 */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** Members of a secret beside its `value`. */
export const SECRET = { [SIGNATURE_KEY]: "1b47061264138c4ac30d75fd1eb44270" };
/** Members of an asset beside its content. */
export const ASSET = { [SIGNATURE_KEY]: "c44067f5952c0a294b673a41bacd8c17" };
/** Members of an archive beside its content. */
export const ARCHIVE = { [SIGNATURE_KEY]: "0def7320c3a5731c473e5ecbe6d01bc7" };

/** The members as a provider without secrets gets them: each secret is replaced by its value. */
export function opened(props: Record<string, unknown>): Record<string, unknown> {
  const open = (value: unknown) =>
    typeof value === "object" && value !== null && SIGNATURE_KEY in value && "value" in value ? value.value : value;
  return Object.fromEntries(Object.entries(props).map(([key, value]) => [key, open(value)]));
}
