/**
 * The keys of an emulator: the permanent pair, and temporary ones it issues itself.
 *
 * A temporary key is stateless: its secret follows from its id, and its token says until when it is good and is signed
 * with the permanent secret. So it outlives a restart on the same data folder and is worth nothing to another emulator.
 */
import { createHmac, randomBytes } from "node:crypto";

import { invalidAccessKey, invalidSecurityToken, missingSecurityToken } from "./errors";
import { sameText } from "./signedRequest";

/** The secret that belongs to a key id and the token sent with it; throws the service's error if there is none. */
export type SecretOf = (accessKeyId: string, securityToken: string | undefined) => string;

/** The permanent key pair. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

/** A temporary key, as the token service's AssumeRole gives one. */
export interface TemporaryCredentials {
  /** Begins `fcemu-sts-`. */
  readonly accessKeyId: string;
  /** Begins `fcemu-`. */
  readonly accessKeySecret: string;
  /** Goes along with every request as `x-acs-security-token`. Begins `fcemu-token-`. */
  readonly securityToken: string;
  /** UTC by the emulator's clock, `2024-01-02T03:04:05Z`; refused from then on. */
  readonly expiration: string;
}

const TEMPORARY_ID = "fcemu-sts-";
const TOKEN = "fcemu-token-";

/** Issues a temporary key that is good until `expires`, ms since 1970 by the emulator's clock. */
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

/** The secrets of one emulator's keys, at a time by its clock. */
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

/** Key id and end of a token this emulator issued. */
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
