/** Creates, updates, reads and deletes a function. Only differences are sent, and the result is read back. */
import { Code, hasCode, isNotEmpty } from "../client/errors";
import type { AssetCode, CodeInput, FunctionBody, FunctionInputs, FunctionOutputs, LocalCode } from "../core/function";
import {
  changedFields,
  contentOf,
  createBody,
  functionOutputs,
  isOssCode,
  lostByAdoption,
  planTags,
  updateBody,
} from "../core/function";
import type { CodeBody, ObservedFunction } from "../core/model";
import { OWNER_TAG, ownerWords, resourceNameOf } from "../core/owner";
import { ownershipOf, withOwner } from "../core/ownership";
import { routingDomains } from "../core/version";
import { deleteOnce, deleteVersion, ignoreNotFound } from "./delete";
import {
  type Claim,
  aliasIdentity,
  assertOurs,
  functionIdentity,
  isOfStack,
  mayDelete,
  triggerIdentity,
  versionIdentity,
} from "./ownership";
import { waitUntilReady } from "./readiness";
import { SETTLE_WINDOW, type Session, Unfinished, poll } from "./session";
import { keepInState, sendAndConfirm } from "./write";

/** Code as a zip, with its hash and its checksum. */
export interface PackedCode {
  readonly hash: string;
  readonly zip: Uint8Array;
  /** CRC-64 of the zip in the form of the service. */
  readonly checksum: string;
}

/** The code of the request body, and its checksum if it is known before the request. */
interface CodeUpload {
  readonly code: CodeBody;
  readonly checksum: string | undefined;
}

/** Reads and packs the code of a program. */
export type Pack = (code: LocalCode | AssetCode) => PackedCode | Promise<PackedCode>;

/** Creates or updates a function. `olds` contains the outputs in state; undefined for a create. */
export async function reconcileFunction(
  session: Session,
  pack: Pack,
  inputs: FunctionInputs,
  olds?: FunctionOutputs,
): Promise<FunctionOutputs> {
  const upload = lazily(() => codeUpload(pack, inputs.code));
  const existing = await session.api.getFunction(inputs.functionName);
  if (existing !== undefined) return await change(session, inputs, olds, existing, upload);
  const sent = await upload();
  const { observed, isMade } = await create(session, inputs, sent);
  // A read did not show yet that the function exists, for example because an interrupted run created it just before.
  if (!isMade) return await change(session, inputs, undefined, observed, upload);
  return await keepInState(
    () => functionOutputs(inputs, observed),
    () => readBack(session, inputs, { base: observed, answer: observed, checksum: sent?.checksum }),
  );
}

/** Changes an existing function to the values of the program, if it belongs to the resource or the program adopts it. */
async function change(
  session: Session,
  inputs: FunctionInputs,
  olds: FunctionOutputs | undefined,
  existing: ObservedFunction,
  upload: () => Promise<CodeUpload | undefined>,
): Promise<FunctionOutputs> {
  assertOurs(functionClaim(inputs, olds), functionIdentity(existing), () => lostByAdoption(inputs, existing));
  if (olds === undefined && inputs.adopt !== true) await assertLeftBehind(session, inputs, existing, upload);
  const written = await sync(session, inputs, olds, existing, upload);
  if (olds !== undefined) return await readBack(session, inputs, written);
  // The function now has the tag with the owner of this resource, so it is stored in state even if it cannot be read
  // again.
  return await keepInState(
    () => functionOutputs(inputs, written.answer ?? existing),
    () => readBack(session, inputs, written),
  );
}

/**
 * Handles a function that has this resource's owner and is not in state. There are three causes: a create was
 * interrupted, state was lost, or a stack of the same name in another backend created it, because an owner consists of
 * names. After an interrupted create, the function has the settings of the program and no version, alias or trigger, so
 * the run takes it over. A function with other settings, or with a version, alias or trigger, may belong to somebody
 * else: the run takes it over only with `adopt`.
 */
async function assertLeftBehind(
  session: Session,
  inputs: FunctionInputs,
  existing: ObservedFunction,
  upload: () => Promise<CodeUpload | undefined>,
): Promise<void> {
  const below = (await childObjects(session, inputs.functionName)).map(({ label, owner }) => withOwner(label, owner));
  const differs = below.length > 0 ? [] : Object.keys(missingIn(existing, inputs, undefined, await upload()));
  if (below.length === 0 && differs.length === 0) return;
  const what = below.length > 0 ? `${below.join(", ")} on it` : `another value of ${differs.join(", ")}`;
  const { label, kind, named, owner } = functionClaim(inputs, undefined);
  throw new Error(
    `${label}: ${kind} of this name exists already, with ${what}. Its owner is this resource ` +
      `(${ownerWords(owner)}), but it is not in state. Possible reasons: state was lost; pulumi state move moved it to another stack; ` +
      `--replace was used; a stack of the same name in another backend created it. Nothing was changed. If it belongs to this stack, set adopt: true; if not, choose ` +
      `another ${named} or another name of the stack`,
  );
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

async function codeUpload(pack: Pack, code: CodeInput | undefined): Promise<CodeUpload | undefined> {
  if (code === undefined) return undefined;
  if (isOssCode(code)) {
    const { hash: _hash, ...body } = code;
    return { code: body, checksum: code.checksum };
  }
  const { zip, checksum } = await packChecked(pack, code);
  return { code: { zipFile: Buffer.from(zip).toString("base64"), checksum }, checksum };
}

/** Packs the code. Refuses code that changed after `check`. */
async function packChecked(pack: Pack, code: LocalCode | AssetCode): Promise<PackedCode> {
  const packed = await pack(code);
  if (packed.hash === code.hash) return packed;
  throw new Error(
    `code: ${"path" in code ? JSON.stringify(code.path) : "the archive"} changed after it was checked (${code.hash}, now ${packed.hash}): files changed while ` +
      `pulumi ran, or the current folder is another one. Nothing was sent; run pulumi up again`,
  );
}

/** The function after a request to create it. */
interface Created {
  readonly observed: ObservedFunction;
  /** False if the function existed before, or has other values than the request. */
  readonly isMade: boolean;
}

async function create(session: Session, inputs: FunctionInputs, upload: CodeUpload | undefined): Promise<Created> {
  const { api, clock, proven } = session;
  const body = { ...createBody(inputs), ...(upload === undefined ? {} : { code: upload.code }) };
  try {
    return await sendAndConfirm<Created>(session, {
      async send() {
        const observed = await api.createFunction(body);
        proven?.functionMade(inputs.functionName);
        return { observed, isMade: true };
      },
      async observe() {
        const observed = ours(inputs, await api.getFunction(inputs.functionName));
        return observed && { observed, isMade: hasValues(observed, inputs, upload) };
      },
    });
  } catch (error) {
    if (!hasCode(error, Code.FunctionAlreadyExists)) throw error;
    const observed = await poll(clock, SETTLE_WINDOW, () => api.getFunction(inputs.functionName));
    if (observed === undefined) throw error;
    return { observed, isMade: false };
  }
}

/** Whether a function has the values of a request to create it. Code without a checksum cannot be compared. */
function hasValues(observed: ObservedFunction, inputs: FunctionInputs, upload: CodeUpload | undefined): boolean {
  const compared = upload?.checksum === undefined ? undefined : upload;
  return Object.keys(missingIn(observed, inputs, undefined, compared)).length === 0;
}

function ours(inputs: FunctionInputs, existing: ObservedFunction | undefined): ObservedFunction | undefined {
  if (existing === undefined) return undefined;
  return ownershipOf({ owner: inputs.owner }, functionIdentity(existing)).kind === "ours" ? existing : undefined;
}

/**
 * The claim of a resource on its function, by which the checks in ownership.ts decide. `olds` contains the outputs in
 * state; undefined if the function is not in state.
 */
export function functionClaim(
  inputs: Pick<FunctionInputs, "functionName" | "region" | "resourceUrn" | "owner" | "adopt">,
  olds: Pick<FunctionOutputs, "functionId"> | undefined,
): Claim {
  const { functionName, region, resourceUrn, owner, adopt } = inputs;
  return {
    ...{ resourceUrn, owner, kind: "a function", named: "functionName" },
    label: `function ${functionName} in ${region} (${resourceNameOf(resourceUrn)})`,
    release: `take the tag ${OWNER_TAG} off it`,
    ...(adopt === undefined ? {} : { adopt }),
    ...(olds === undefined ? {} : { known: { identity: olds.functionId } }),
  };
}

/** What the requests of a run have made of a function. */
interface Written {
  /** The function before the requests. */
  readonly base: ObservedFunction;
  /** The answer of the service; undefined if nothing was sent. */
  readonly answer: ObservedFunction | undefined;
  /** The checksum that the code must have; undefined if it is not known. */
  readonly checksum: string | undefined;
}

/** Sends the settings that differ. */
async function sync(
  session: Session,
  inputs: FunctionInputs,
  olds: FunctionOutputs | undefined,
  existing: ObservedFunction,
  upload: () => Promise<CodeUpload | undefined>,
): Promise<Written> {
  const ships = olds?.code?.hash !== inputs.code?.hash || existing.codeChecksum !== olds?.codeChecksum;
  const sent = ships ? await upload() : undefined;
  const missing = (observed: ObservedFunction) => missingIn(observed, inputs, olds, sent);
  const differing = Object.keys(missing(existing));
  if (olds !== undefined) warnOfDrift(session, inputs, olds, differing);
  const answer = differing.length > 0 ? await update(session, inputs, olds, existing, missing) : undefined;
  await syncTags(session, inputs, existing);
  await syncResourceGroup(session, inputs, existing);
  return { base: existing, answer, checksum: ships ? sent?.checksum : existing.codeChecksum };
}

/** The settings of an observed function that differ from its inputs. */
function missingIn(
  observed: ObservedFunction,
  inputs: FunctionInputs,
  olds: FunctionOutputs | undefined,
  sent: CodeUpload | undefined,
): FunctionBody {
  // Code without a checksum cannot be compared, so it is sent.
  const lacks = sent !== undefined && sent.checksum !== observed.codeChecksum;
  return { ...updateBody(inputs, observed, olds), ...(lacks ? { code: sent.code } : {}) };
}

/**
 * Lists the settings that the run restores. This is necessary because a run without a refresh has not printed how the
 * function differs from state.
 */
function warnOfDrift(
  { report }: Session,
  inputs: FunctionInputs,
  olds: FunctionOutputs,
  differing: readonly string[],
): void {
  const changed: ReadonlySet<string> = new Set(changedFields(olds, inputs));
  const drifted = differing.filter((field) => !changed.has(field));
  if (drifted.length === 0) return;
  report.warning(
    inputs.resourceUrn,
    `function ${inputs.functionName}: ${drifted.join(", ")} differ from state: changed by hand, by another program, or by a run that did not ` +
      `end. This run sets them back. A preview with --refresh shows such changes first`,
  );
}

/**
 * Sends an update. After a refusal or a lost answer it compares the settings again, and sends the remaining
 * differences if the function has the same owner.
 */
async function update(
  session: Session,
  inputs: FunctionInputs,
  olds: FunctionOutputs | undefined,
  existing: ObservedFunction,
  missing: (observed: ObservedFunction) => FunctionBody,
): Promise<ObservedFunction> {
  let seen = await waitUntilReady(session, inputs, existing);
  return await sendAndConfirm(session, {
    send: () => session.api.updateFunction(inputs.functionName, missing(seen)),
    async observe() {
      const now = await session.api.getFunction(inputs.functionName);
      if (now === undefined) return undefined;
      assertOurs(functionClaim(inputs, olds), functionIdentity(now), () => lostByAdoption(inputs, now));
      seen = now;
      return Object.keys(missing(now)).length === 0 ? now : undefined;
    },
  });
}

async function syncTags(session: Session, inputs: FunctionInputs, existing: ObservedFunction): Promise<void> {
  const { set, remove } = planTags(inputs, existing);
  if (remove.length > 0) {
    await sendAndConfirm<unknown>(session, {
      send: () => session.api.removeTags(inputs.functionArn, remove),
      observe: lookFor(session, inputs, (now) => planTags(inputs, now).remove.length === 0),
    });
  }
  if (Object.keys(set).length > 0) {
    await sendAndConfirm<unknown>(session, {
      send: () => session.api.setTags(inputs.functionArn, set),
      observe: lookFor(session, inputs, (now) => Object.keys(planTags(inputs, now).set).length === 0),
    });
  }
}

async function syncResourceGroup(session: Session, inputs: FunctionInputs, existing: ObservedFunction): Promise<void> {
  const { functionName, resourceGroupId: group } = inputs;
  if (group === undefined || existing.resourceGroupId === group) return;
  await sendAndConfirm<unknown>(session, {
    send: () => session.api.changeResourceGroup(functionName, group),
    observe: lookFor(session, inputs, (now) => now.resourceGroupId === group),
  });
}

/**
 * Makes the read that {@link sendAndConfirm} repeats. The read has a result when the function has the values that were
 * sent.
 */
function lookFor(
  session: Session,
  { functionName }: FunctionInputs,
  shows: (now: ObservedFunction) => boolean,
): () => Promise<true | undefined> {
  return async () => {
    const now = await session.api.getFunction(functionName);
    return now !== undefined && shows(now) ? true : undefined;
  };
}

/**
 * Waits until the function can be invoked and published, then returns the service's answer. A read that shows an older
 * state is repeated, for at most {@link SETTLE_WINDOW}. Throws if the function then has other values than the program:
 * otherwise they would count as deployed by this run, and a version would be published of them.
 */
async function readBack(session: Session, inputs: FunctionInputs, written: Written): Promise<FunctionOutputs> {
  const { base, answer, checksum } = written;
  let last: ObservedFunction | undefined;
  const current = await poll(session.clock, SETTLE_WINDOW, async () => {
    last = await session.api.getFunction(inputs.functionName);
    const lags = answer !== undefined && last !== undefined && contentOf(last) !== contentOf(answer);
    return lags ? undefined : last;
  });
  // The answer to a write may have fewer fields than a read, and a version is later compared with the read.
  const observed = current ?? last;
  if (observed === undefined) {
    const was = answer === undefined ? "it was there when this run began" : "the service accepted what was sent";
    throw new Error(`function ${inputs.functionName}: ${was}, but reads do not find it; run pulumi up --refresh`);
  }
  const ready = await keepInState(
    () => functionOutputs(inputs, observed),
    () => waitUntilReady(session, inputs, observed),
  );
  const other = checksum === undefined || ready.codeChecksum === checksum ? [] : ["code"];
  const differing = [...other, ...Object.keys(updateBody(inputs, ready))];
  if (differing.length > 0)
    throw new Unfinished(changedMeanwhile(inputs, differing), functionOutputs(inputs, answer ?? base));
  session.proven?.latestRead(inputs.functionName, ready);
  return functionOutputs(inputs, ready);
}

function changedMeanwhile({ functionName }: FunctionInputs, differing: readonly string[]): string {
  return (
    `function ${functionName}: after this run, reads show other values of ${differing.join(", ")} than those of the program: another pipeline or a ` +
    `person changed the function meanwhile, or the service needs more than ${SETTLE_WINDOW / 1000} s. No version was published. Let the other change ` +
    `finish, then run pulumi up again`
  );
}

/**
 * Deletes the resource's function, with the remaining versions, aliases and triggers of this stack. Nothing is deleted
 * while the function has an object of another owner, or a custom domain has a route to the function.
 */
export async function deleteFunction(session: Session, props: FunctionOutputs): Promise<void> {
  const name = props.functionName;
  const existing = await session.api.getFunction(name);
  if (existing === undefined || !mayDelete(session, functionClaim(props, props), functionIdentity(existing))) return;
  const below = await childObjects(session, name);
  await assertUnused(
    session,
    name,
    below.filter((object) => !isDeletedAlong(props, object)),
  );
  const handMade = below.filter(({ isVersion, owner }) => isVersion && owner === undefined).map(({ label }) => label);
  if (handMade.length > 0)
    session.report.warning(
      props.resourceUrn,
      `function ${name} is deleted with versions that no stack published: ${handMade.join(", ")}`,
    );
  const exists = async () => (await session.api.getFunction(name)) !== undefined;
  const send = () => session.api.deleteFunction(name);
  try {
    await deleteOnce(session, name, send, exists);
  } catch (error) {
    // It is not documented whether the service deletes the objects of a function together with it. After a refusal for
    // another reason, none of them is deleted.
    if (below.length === 0 || !isNotEmpty(error)) throw error;
    for (const object of below) await object.delete();
    await deleteOnce(session, name, send, exists);
  }
}

/**
 * Throws an error if somebody else uses the function.
 *
 * @param others objects of the function that this stack does not own
 */
async function assertUnused({ api }: Session, name: string, others: readonly ChildObject[]): Promise<void> {
  const owned = others.map(({ label, owner }) => `${withOwner(label, owner)} would be deleted too`);
  const domains = routingDomains(await api.listCustomDomains(), name);
  const obstacles = [...owned, ...domains.map((domain) => `custom domain ${domain} has a route to it`)];
  if (obstacles.length === 0) return;
  throw new Error(
    `function ${name} cannot be deleted: ${obstacles.join(", ")}. The function was not deleted. Aliases and versions of the program are ` +
      `deleted before their function, so this run may have deleted them. Remove the obstacles first, in the program or tool that ` +
      `created them; then run pulumi again`,
  );
}

/** A version, alias or trigger: an object that exists only while its function exists. */
interface ChildObject {
  readonly label: string;
  /** Owner text; undefined if the object has no owner. */
  readonly owner: string | undefined;
  readonly isVersion: boolean;
  delete(): Promise<void>;
}

/** The versions, aliases and triggers of a function, in the order in which they can be deleted. */
async function childObjects({ api, ...session }: Session, name: string): Promise<ChildObject[]> {
  const triggers = (await api.listTriggers(name)).map((trigger) => {
    const { triggerName = "" } = trigger;
    const remove = () => ignoreNotFound(api.deleteTrigger(name, triggerName));
    return { label: `trigger ${triggerName}`, owner: triggerIdentity(trigger).owner, isVersion: false, delete: remove };
  });
  const aliases = (await api.listAliases(name)).map((alias) => {
    const { aliasName = "" } = alias;
    const remove = () => ignoreNotFound(api.deleteAlias(name, aliasName));
    return { label: `alias ${aliasName}`, owner: aliasIdentity(alias).owner, isVersion: false, delete: remove };
  });
  const versions = ((await api.listVersions(name)) ?? []).map((version) => {
    const { versionId } = version;
    const remove = () => deleteVersion({ api, ...session }, name, versionId);
    return { label: `version ${versionId}`, owner: versionIdentity(version).owner, isVersion: true, delete: remove };
  });
  return [...triggers, ...aliases, ...versions];
}

/**
 * True for an object that this stack created, also under a former name, and for a version without an owner: only
 * aliases and triggers of this stack can name such a version here.
 */
function isDeletedAlong(props: FunctionOutputs, below: ChildObject): boolean {
  return below.owner === undefined ? below.isVersion : isOfStack(props, below);
}
