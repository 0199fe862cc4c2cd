/** Signatures that mark secrets, assets and archives in messages between a program, the engine and a provider. Pure. */

/** The member that marks such a value. Source: Pulumi `sdk/nodejs/runtime/rpc.ts` (specialSigKey), as the signatures below. */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** Value of that member in a secret (specialSecretSig). */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** Value of that member in an asset (specialAssetSig). */
export const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
/** Value of that member in an archive (specialArchiveSig). */
export const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";
