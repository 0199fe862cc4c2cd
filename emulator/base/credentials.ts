/**
 * The keys of an emulator: a permanent pair, and temporary keys.
 *
 * A temporary key needs no state: its secret is computed from its id, and its token contains the time of expiry and is
 * signed with the permanent secret. A temporary key therefore stays valid after a restart with the same data folder,
 * and no other emulator accepts it.
 */
import { createHmac, randomBytes } from "node:crypto";

import { invalidAccessKey, invalidSecurityToken, missingSecurityToken } from "./errors";
import { sameText } from "./signedRequest";

/**
 * Returns the secret of a key id and its token. Throws the service's error for a key that the emulator did not issue.
 */
export type SecretOf = (accessKeyId: string, securityToken: string | undefined) => string;

/** The permanent key pair. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

/** A temporary key, in the form of the answer of AssumeRole. */
export interface TemporaryCredentials {
  /** Key id; begins with `fcemu-sts-`. */
  readonly accessKeyId: string;
  /** Secret; begins with `fcemu-`. */
  readonly accessKeySecret: string;
  /** Token to send with every request as `x-acs-security-token`; begins with `fcemu-token-`. */
  readonly securityToken: string;
  /** Time of expiry: UTC by the emulator's clock, such as `2024-01-02T03:04:05Z`. */
  readonly expiration: string;
}

const TEMPORARY_ID = "fcemu-sts-";
const TOKEN = "fcemu-token-";

/** Issues a temporary key that is valid until `expires`, in ms since 1970 by the emulator's clock. */
export function issueTemporary(key: AccessKey, expires: number): TemporaryCredentials {
  const accessKeyId = `${TEMPORARY_ID}${randomBytes(10).toString("hex")}`;
  const claim = Buffer.from(JSON.stringify([accessKeyId, expires])).toString("base64url");
  return {
    accessKeyId,
    accessKeySecret: secretOfTemporary(key, accessKeyId),
    securityToken: `${TOKEN}${claim}.${mac(key, `token\n${claim}`)}`,
    expiration: `${new Date(expires).toISOString().slice(0, 19)}Z`,
  };
}

/** Finds the secrets of an emulator's keys at the time `nowMs` of its clock, in ms since 1970. */
export function secretsOf(key: AccessKey, nowMs: number): SecretOf {
  return (accessKeyId, securityToken) => {
    if (accessKeyId === key.id) {
      if (securityToken !== undefined) throw invalidSecurityToken("MismatchWithAccessKey");
      return key.secret;
    }
    if (!accessKeyId.startsWith(TEMPORARY_ID)) throw invalidAccessKey();
    if (securityToken === undefined) throw missingSecurityToken();
    const [id, expires] = readToken(key, securityToken);
    if (id !== accessKeyId) throw invalidSecurityToken("MismatchWithAccessKey");
    if (nowMs >= expires) throw invalidSecurityToken("Expired");
    return secretOfTemporary(key, accessKeyId);
  };
}

/** Key id and time of expiry in a token. Throws for a token that this emulator did not issue. */
function readToken(key: AccessKey, token: string): [string, number] {
  const [claim = "", signature = ""] = token.slice(TOKEN.length).split(".");
  if (!token.startsWith(TOKEN) || !sameText(signature, mac(key, `token\n${claim}`))) {
    throw invalidSecurityToken("Malformed");
  }
  return JSON.parse(Buffer.from(claim, "base64url").toString()) as [string, number];
}

function secretOfTemporary(key: AccessKey, accessKeyId: string): string {
  return `fcemu-${mac(key, `secret\n${accessKeyId}`).slice(0, 48)}`;
}

function mac(key: AccessKey, text: string): string {
  return createHmac("sha256", key.secret).update(text).digest("hex");
}
