/** How objects are deleted: what is gone already counts as deleted. */
import { isFcError, isNotFound } from "../client/errors";
import { SETTLE_WINDOW, type Session, poll } from "./session";
import { sendAndConfirm } from "./write";

/**
 * Deletes a function, or an object of it, and waits until reads no longer show it: a create that follows would take it for
 * what it is to make. One that is already gone is a success. `exists` is also called before the deletion is sent again.
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
  await poll(session.clock, SETTLE_WINDOW, async () => ((await stillShows(exists)) ? undefined : true));
}

/** What the service accepted is deleted: a read that fails afterwards ends the wait only. */
async function stillShows(exists: () => Promise<boolean>): Promise<boolean> {
  try {
    return await exists();
  } catch (error) {
    if (isFcError(error)) return false;
    throw error;
  }
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
