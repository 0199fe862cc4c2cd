/** Verifies a request's signature by any of the accepted schemes. */
import { signatureMismatch } from "../../base/errors";
import { ACS3, verifyAcs3 } from "./acs3";
import type { SecretOf } from "../../base/credentials";
import { header, MAX_SKEW_MS, type SignedRequest } from "../../base/signedRequest";
import { ROA_V1, verifyRoaV1 } from "./roaV1";
import { isRpcV1, verifyRpcV1 } from "./rpcV1";

const SCHEMES: Readonly<Record<string, (request: SignedRequest, secretOf: SecretOf, nowMs: number) => void>> = {
  [ACS3]: verifyAcs3,
  [ROA_V1]: verifyRoaV1,
};

/**
 * Throws the service's error unless the request is signed with a valid key, with a date near `nowMs`. Returns the nonce
 * of the request. Before the body is read, everything else is checked; a request that is signed by its parameters is
 * checked only after its body is read.
 */
export function verifySignature(request: SignedRequest, secretOf: SecretOf, nowMs: number): string {
  if (isRpcV1(request) && request.body === undefined) return "";
  if (isRpcV1(request)) return verifyRpcV1(request, secretOf, nowMs);
  const [scheme = ""] = header(request, "authorization").split(" ", 1);
  const verify = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (verify === undefined) {
    throw signatureMismatch(`the scheme is '${scheme}', accepted are ${Object.keys(SCHEMES).join(", ")}`);
  }
  verify(request, secretOf, nowMs);
  return header(request, "x-acs-signature-nonce");
}

/** Remembers each nonce for as long as the date of a request with it would be accepted. */
export class NonceMemory {
  readonly #seen = new Map<string, number>();

  /** Records the nonce; throws if it was used before. */
  use(nonce: string, nowMs: number): void {
    this.#forgetOld(nowMs);
    if (this.#seen.has(nonce)) throw signatureMismatch("the nonce was used before");
    this.#seen.set(nonce, nowMs);
  }

  #forgetOld(nowMs: number): void {
    for (const [nonce, seenAt] of this.#seen) {
      if (nowMs - seenAt <= 2 * MAX_SKEW_MS) return;
      this.#seen.delete(nonce);
    }
  }
}
