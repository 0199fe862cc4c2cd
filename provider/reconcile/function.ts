/** A function: observe, ensure, sync only the difference, read back, return. */
import { Code, hasCode, isNotFound } from "../client/errors";
import type { AssetCode, CodeInput, FunctionInputs, FunctionOutputs, LocalCode } from "../core/function";
import {
  contentOf,
  createBody,
  isOssCode,
  observedRest,
  observedTags,
  planTags,
  readiness,
  updateBody,
} from "../core/function";
import { DEFAULT_WAIT_SECONDS } from "../core/common";
import type { CodeBody, FunctionBody, ObservedFunction } from "../core/model";
import { OWNER_TAG, ownerIdIn, splitMark } from "../core/owner";
import { SETTLE_WINDOW, type Session, Unfinished, confirmAccount, poll } from "./session";
import { deleteOnce, messageOf, sendSeen } from "./write";

/** Packed code. */
export interface PackedCode {
  readonly hash: string;
  readonly zip: Uint8Array;
  /** CRC-64 of the zip as the service computes it. */
  readonly checksum: string;
}

/** Code as it is sent, and its checksum where it is known beforehand. */
interface Shipment {
  readonly code: CodeBody;
  readonly checksum: string | undefined;
}

/** Reads and packs code as the program named it. */
export type Pack = (code: LocalCode | AssetCode) => PackedCode | Promise<PackedCode>;

/** Brings a function about, new or existing. `olds` is what state remembers; none on create. */
export async function reconcileFunction(
  session: Session,
  pack: Pack,
  inputs: FunctionInputs,
  olds?: FunctionOutputs,
): Promise<FunctionOutputs> {
  const shipment = lazily(() => shipmentOf(pack, inputs.code));
  const existing = await session.api.getFunction(inputs.functionName);
  if (existing !== undefined) {
    assertOurs(inputs, existing, olds);
    const answer = await sync(session, inputs, olds, existing, shipment);
    return await settled(session, inputs, answer);
  }
  await confirmAccount(session, inputs);
  const created = await create(session, inputs, await shipment());
  try {
    return await settled(session, inputs, created);
  } catch (error) {
    if (error instanceof Unfinished) throw error;
    // It exists, whatever a read says: it belongs into state, or a destroy would leave it behind.
    throw new Unfinished(messageOf(error), functionOutputs(inputs, created));
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

async function shipmentOf(pack: Pack, code: CodeInput | undefined): Promise<Shipment | undefined> {
  if (code === undefined) return undefined;
  if (isOssCode(code)) {
    const { hash: _hash, ...body } = code;
    return { code: body, checksum: code.checksum };
  }
  const { zip, checksum } = await packChecked(pack, code);
  return { code: { zipFile: Buffer.from(zip).toString("base64"), checksum }, checksum };
}

/** The tree may have changed since the preview: what was checked is what ships. */
async function packChecked(pack: Pack, code: LocalCode | AssetCode): Promise<PackedCode> {
  const packed = await pack(code);
  if (packed.hash === code.hash) return packed;
  throw new Error(
    `code: ${"path" in code ? JSON.stringify(code.path) : "the archive"} is not what was checked (${code.hash}, now ${packed.hash}): files changed while ` +
      `pulumi ran, or another program folder is current. Nothing was sent; run pulumi up again`,
  );
}

async function create(
  session: Session,
  inputs: FunctionInputs,
  shipment: Shipment | undefined,
): Promise<ObservedFunction> {
  const body = { ...createBody(inputs), ...(shipment === undefined ? {} : { code: shipment.code }) };
  const find = async () => ours(inputs, await session.api.getFunction(inputs.functionName));
  try {
    return await sendSeen(session, { send: () => session.api.createFunction(body), look: find });
  } catch (error) {
    // Our own earlier send may have been applied late; anybody else's function is refused by name.
    if (!hasCode(error, Code.FunctionAlreadyExists)) throw error;
    const existing = await poll(session.clock, SETTLE_WINDOW, () => session.api.getFunction(inputs.functionName));
    if (existing === undefined) throw error;
    assertOurs(inputs, existing, undefined);
    return existing;
  }
}

function ours(inputs: FunctionInputs, existing: ObservedFunction | undefined): ObservedFunction | undefined {
  return existing !== undefined && ownerIdOf(existing) === ownerIdIn(inputs.owner) ? existing : undefined;
}

function ownerIdOf(observed: ObservedFunction): string | undefined {
  return ownerIdIn(observedTags(observed)[OWNER_TAG]);
}

/**
 * Only a function we made is changed: by its owner tag, or by the id state remembers where tags were removed; one without an
 * owner as well where the program adopts it.
 */
function assertOurs(inputs: FunctionInputs, existing: ObservedFunction, olds: FunctionOutputs | undefined): void {
  const tag = observedTags(existing)[OWNER_TAG];
  const adopted = tag === undefined && inputs.adopt === true;
  if (adopted || isOurs(inputs, existing, olds)) return;
  const owner = tag === undefined ? "it has no owner" : `it belongs to ${tag.replace(/^[0-9a-f]{12}:/, "")}`;
  const why =
    olds === undefined
      ? `a function of this name exists already, and ${owner}`
      : `the function was deleted and made again by somebody else (${owner})`;
  const take =
    tag === undefined ? "set adopt: true to take it over" : `take the tag ${OWNER_TAG} off it and set adopt: true`;
  throw new Error(
    `function ${inputs.functionName} in ${inputs.region}: ${why}. Nothing was changed. Choose another functionName, or ${take}`,
  );
}

function isOurs(inputs: FunctionInputs, existing: ObservedFunction, olds: FunctionOutputs | undefined): boolean {
  if (ownerIdOf(existing) === ownerIdIn(inputs.owner)) return true;
  return olds !== undefined && existing.functionId !== undefined && existing.functionId === olds.functionId;
}

/** Sends what differs between wanted and observed, and answers what the service said; nothing, when nothing differs. */
async function sync(
  session: Session,
  inputs: FunctionInputs,
  olds: FunctionOutputs | undefined,
  existing: ObservedFunction,
  shipment: () => Promise<Shipment | undefined>,
): Promise<ObservedFunction | undefined> {
  const ships = olds?.code?.hash !== inputs.code?.hash || existing.codeChecksum !== olds?.codeChecksum;
  const sent = ships ? await shipment() : undefined;
  const missing = (observed: ObservedFunction): FunctionBody => {
    // Without a checksum to compare with, code that may be another is sent.
    const lacks = sent !== undefined && sent.checksum !== observed.codeChecksum;
    return { ...updateBody(inputs, observed, olds), ...(lacks ? { code: sent.code } : {}) };
  };
  const writes = Object.keys(missing(existing)).length > 0;
  const answer = writes ? await update(session, inputs, olds, existing, missing) : undefined;
  await syncTags(session, inputs, existing);
  await syncResourceGroup(session, inputs, existing);
  return answer;
}

/** Sends what is missing; after a refusal or a lost answer what is missing then, on a function that is still ours. */
async function update(
  session: Session,
  inputs: FunctionInputs,
  olds: FunctionOutputs | undefined,
  existing: ObservedFunction,
  missing: (observed: ObservedFunction) => FunctionBody,
): Promise<ObservedFunction> {
  let seen = await waitUntilReady(session, inputs, existing);
  return await sendSeen(session, {
    send: () => session.api.updateFunction(inputs.functionName, missing(seen)),
    async look() {
      const now = await session.api.getFunction(inputs.functionName);
      if (now === undefined) return undefined;
      assertOurs(inputs, now, olds);
      seen = now;
      return Object.keys(missing(now)).length === 0 ? now : undefined;
    },
  });
}

async function syncTags(session: Session, inputs: FunctionInputs, existing: ObservedFunction): Promise<void> {
  const { set, remove } = planTags(inputs, existing);
  if (remove.length > 0) {
    await sendSeen(session, {
      send: () => session.api.removeTags(inputs.functionArn, remove).then(() => true as const),
      look: lookFor(session, inputs, (now) => planTags(inputs, now).remove.length === 0),
    });
  }
  if (Object.keys(set).length > 0) {
    await sendSeen(session, {
      send: () => session.api.setTags(inputs.functionArn, set).then(() => true as const),
      look: lookFor(session, inputs, (now) => Object.keys(planTags(inputs, now).set).length === 0),
    });
  }
}

async function syncResourceGroup(session: Session, inputs: FunctionInputs, existing: ObservedFunction): Promise<void> {
  const { functionName, resourceGroupId: group } = inputs;
  if (group === undefined || existing.resourceGroupId === group) return;
  await sendSeen(session, {
    send: () => session.api.changeResourceGroup(functionName, group).then(() => true as const),
    look: lookFor(session, inputs, (now) => now.resourceGroupId === group),
  });
}

/** A look that ends the matter when the function shows what was sent. */
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
 * Waits until the function can be invoked and published, then returns what the service has. `answer` is what it said to the
 * write, if there was one: a read that lags behind it is asked again, for as long as reads may lag.
 */
async function settled(
  session: Session,
  inputs: FunctionInputs,
  answer: ObservedFunction | undefined,
): Promise<FunctionOutputs> {
  let last: ObservedFunction | undefined;
  const current = await poll(session.clock, SETTLE_WINDOW, async () => {
    last = await session.api.getFunction(inputs.functionName);
    const lags = answer !== undefined && last !== undefined && contentOf(last) !== contentOf(answer);
    return lags ? undefined : last;
  });
  // An answer may say less than a read does; what a read says in the end is what a version will be compared with.
  const observed = current ?? last;
  if (observed === undefined) {
    throw new Error(`function ${inputs.functionName}: it was created, but cannot be read; run pulumi up again`);
  }
  try {
    return functionOutputs(inputs, await waitUntilReady(session, inputs, observed));
  } catch (error) {
    throw new Unfinished(messageOf(error), functionOutputs(inputs, observed));
  }
}

/** The outputs for a function as the service has it. */
export function functionOutputs(inputs: FunctionInputs, observed: ObservedFunction): FunctionOutputs {
  return {
    ...inputs,
    functionId: observed.functionId ?? "",
    codeChecksum: observed.codeChecksum ?? "",
    codeSize: observed.codeSize ?? 0,
    createdTime: observed.createdTime ?? "",
    lastModifiedTime: observed.lastModifiedTime ?? "",
    content: contentOf(observed),
    observed: observedRest(inputs, observed),
  };
}

/** Waits while the function is being made or changed; throws when that failed or takes longer than allowed. */
export async function waitUntilReady(
  session: Session,
  {
    functionName,
    resourceUrn: urn,
    waitSeconds = DEFAULT_WAIT_SECONDS,
  }: Pick<FunctionInputs, "functionName" | "resourceUrn" | "waitSeconds">,
  first: ObservedFunction,
): Promise<ObservedFunction> {
  let last = first;
  let fresh = true;
  const start = session.clock.now();
  const ready = await poll(
    session.clock,
    waitSeconds * 1000,
    async () => {
      if (!fresh) last = (await session.api.getFunction(functionName)) ?? last;
      fresh = false;
      const { phase, detail } = readiness(last);
      if (phase === "ready") return last;
      if (phase === "failed") throw new Error(`function ${functionName} is not usable: ${detail}`);
      const seconds = Math.round((session.clock.now() - start) / 1000);
      session.report.progress(urn, `waiting for function ${functionName} (${seconds} s): ${detail}`);
      return undefined;
    },
    500,
  );
  if (ready !== undefined) return ready;
  throw new Error(
    `function ${functionName} did not become usable within ${waitSeconds} s: ${readiness(last).detail}; ` +
      `customTimeouts allows more`,
  );
}

/** Deletes a function that is ours, after what is left of the versions we published. */
export async function deleteFunction(session: Session, props: FunctionOutputs): Promise<void> {
  await confirmAccount(session, props);
  const name = props.functionName;
  const existing = await session.api.getFunction(name);
  if (existing === undefined) return;
  if (!isOurs(props, existing, props)) {
    session.report.warning(
      props.resourceUrn,
      `function ${name} is somebody else's by now (another functionId and owner): left as it is`,
    );
    return;
  }
  for (const version of (await session.api.listVersions(name)) ?? []) {
    if (splitMark(version.description).mark !== undefined) await deleteVersion(session, name, version.versionId);
  }
  await deleteOnce(
    session,
    () => ignoreNotFound(session.api.deleteFunction(name)),
    async () => (await session.api.getFunction(name)) !== undefined,
  );
}

/** Deletes one version; gone already is success. */
export async function deleteVersion(session: Session, functionName: string, versionId: string): Promise<void> {
  await deleteOnce(
    session,
    () => ignoreNotFound(session.api.deleteVersion(functionName, versionId)),
    async () => (await session.api.getFunction(functionName, versionId)) !== undefined,
  );
}

/** Not found is what a delete wants. */
export async function ignoreNotFound(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
