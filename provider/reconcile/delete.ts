/** Deletes objects. An object that does not exist counts as deleted. */
import { isNotFound } from "../client/errors";
import type { Session } from "./session";
import { sendAndConfirm } from "./write";

/**
 * Deletes a function or an object below it, and succeeds when it does not exist. `exists` is called before the deletion
 * is sent again.
 */
export async function deleteOnce(
  session: Session,
  functionName: string,
  send: () => Promise<void>,
  exists: () => Promise<boolean>,
): Promise<void> {
  session.proven?.forget(functionName);
  await sendAndConfirm<boolean>(session, {
    send: () => ignoreNotFound(send()).then(() => true),
    observe: async () => ((await exists()) ? undefined : true),
    window: 0,
  });
}

/** Deletes one version, and succeeds when it does not exist. */
export async function deleteVersion(session: Session, functionName: string, versionId: string): Promise<void> {
  await deleteOnce(
    session,
    functionName,
    () => session.api.deleteVersion(functionName, versionId),
    async () => (await session.api.getFunction(functionName, versionId)) !== undefined,
  );
}

/** Waits for a deletion. "Not found" counts as success. */
export async function ignoreNotFound(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
