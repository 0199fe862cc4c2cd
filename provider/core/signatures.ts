/** Signatures that mark secrets, assets and archives in messages between a program, the engine and a provider. Pure. */

/**
 * The member that marks a secret, an asset or an archive. Source: Pulumi `sdk/nodejs/runtime/rpc.ts` (specialSigKey),
 * also of the signatures below.
 */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** Value of the member {@link SIGNATURE_KEY} in a secret (specialSecretSig). */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** Value of the member {@link SIGNATURE_KEY} in an asset (specialAssetSig). */
export const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
/** Value of the member {@link SIGNATURE_KEY} in an archive (specialArchiveSig). */
export const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";
