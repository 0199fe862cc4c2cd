/** Deletes objects. An object that does not exist any more counts as deleted. */
import { isFcError, isNotFound } from "../client/errors";
import { SETTLE_WINDOW, type Session, poll } from "./session";
import { sendAndConfirm } from "./write";

/**
 * Deletes a function, or an object of a function, and waits until reads no longer show it. Without this wait, a later
 * create in the same run would find the old object. If the object does not exist, the deletion succeeds. `exists` is
 * also called before the deletion is sent again.
 */
export async function deleteOnce(
  session: Session,
  functionName: string,
  send: () => Promise<void>,
  exists: () => Promise<boolean>,
): Promise<void> {
  session.proven?.forget(functionName);
  await sendAndConfirm<unknown>(session, {
    send: () => ignoreNotFound(send()),
    observe: async () => ((await exists()) ? undefined : true),
    window: 0,
  });
  await poll(session.clock, SETTLE_WINDOW, async () => ((await stillShows(exists)) ? undefined : true));
}

/** A deletion that the service accepted counts as done. If a read fails afterwards, only the wait ends. */
async function stillShows(exists: () => Promise<boolean>): Promise<boolean> {
  try {
    return await exists();
  } catch (error) {
    if (isFcError(error)) return false;
    throw error;
  }
}

/**
 * Deletes one version; succeeds if the version does not exist.
 *
 * @param mayDelete called before each request. If it returns false, the version is left. By default every version may be
 * deleted.
 */
export async function deleteVersion(
  session: Session,
  functionName: string,
  versionId: string,
  mayDelete: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> {
  let isLeft = false;
  const send = async () => {
    isLeft = !(await mayDelete());
    if (!isLeft) await session.api.deleteVersion(functionName, versionId);
  };
  // There is no deletion to wait for if the version is left.
  const exists = async () => !isLeft && (await session.api.getFunction(functionName, versionId)) !== undefined;
  await deleteOnce(session, functionName, send, exists);
}

/** Waits for a deletion. "Not found" counts as success. */
export async function ignoreNotFound(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
