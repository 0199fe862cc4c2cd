/** A function: observe, ensure, sync only the difference, read back, return. */
import { Code, hasCode, isNotEmpty, isNotFound } from "../client/errors";
import type { AssetCode, CodeInput, FunctionInputs, FunctionOutputs, LocalCode } from "../core/function";
import {
  contentOf,
  createBody,
  hasUnseenValues,
  isOssCode,
  lostByAdoption,
  observedRest,
  planTags,
  readiness,
  updateBody,
} from "../core/function";
import { DEFAULT_WAIT_SECONDS } from "../core/common";
import type { CodeBody, FunctionBody, ObservedFunction } from "../core/model";
import { OWNER_TAG, ownerWords, resourceNameOf } from "../core/owner";
import { whose } from "../core/ownership";
import {
  type Claim,
  aliasStanding,
  assertOurs,
  functionStanding,
  isOfStack,
  mayDelete,
  triggerStanding,
  versionStanding,
} from "./ownership";
import { SETTLE_WINDOW, type Session, Unfinished, poll } from "./session";
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
    assertOurs(functionClaim(inputs, olds), functionStanding(existing), () => lostByAdoption(inputs, existing));
    const answer = await sync(session, inputs, olds, existing, shipment);
    return await settled(session, inputs, answer);
  }
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
    const send = async () => {
      const created = await session.api.createFunction(body);
      session.proven?.functionMade(inputs.functionName);
      return created;
    };
    return await sendSeen(session, { send, look: find });
  } catch (error) {
    // Our own earlier send may have been applied late; anybody else's function is refused by name.
    if (!hasCode(error, Code.FunctionAlreadyExists)) throw error;
    const existing = await poll(session.clock, SETTLE_WINDOW, () => session.api.getFunction(inputs.functionName));
    if (existing === undefined) throw error;
    const { adopt: _adopt, ...claim } = functionClaim(inputs, undefined);
    assertOurs(claim, functionStanding(existing), () => []);
    return existing;
  }
}

function ours(inputs: FunctionInputs, existing: ObservedFunction | undefined): ObservedFunction | undefined {
  if (existing === undefined) return undefined;
  return whose({ owner: inputs.owner }, functionStanding(existing)).kind === "ours" ? existing : undefined;
}

/** The claim of a resource on its function; `olds` is what state remembers of it, none where it is not in state. */
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
      assertOurs(functionClaim(inputs, olds), functionStanding(now), () => lostByAdoption(inputs, now));
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
    const ready = await waitUntilReady(session, inputs, observed);
    session.proven?.latestRead(inputs.functionName, ready);
    return functionOutputs(inputs, ready);
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
    unseenValues: hasUnseenValues(inputs, observed),
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

/**
 * Deletes a function that is ours, with what this stack's resources left below it. Looks first: while anybody else's alias,
 * trigger or version stands below it, nothing is deleted.
 */
export async function deleteFunction(session: Session, props: FunctionOutputs): Promise<void> {
  const name = props.functionName;
  const existing = await session.api.getFunction(name);
  if (existing === undefined || !mayDelete(session, functionClaim(props, props), functionStanding(existing))) return;
  const below = await objectsBelow(session, name);
  const others = below.filter((object) => !goesAlong(props, object));
  if (others.length > 0) {
    throw new Error(
      `function ${name} cannot be deleted: ${others.map(inWords).join(", ")} would go with it. Nothing was deleted. ` +
        `Remove what is in the way where it was made, then run pulumi again`,
    );
  }
  session.proven?.forget(name);
  const exists = async () => (await session.api.getFunction(name)) !== undefined;
  const send = () => ignoreNotFound(session.api.deleteFunction(name));
  try {
    await deleteOnce(session, send, exists);
  } catch (error) {
    // Whether the service takes along what is below is not known. A refusal for any other reason leaves all of it in place.
    if (below.length === 0 || !isNotEmpty(error)) throw error;
    for (const object of below) await object.delete();
    await deleteOnce(session, send, exists);
  }
}

/** An object that exists only as long as its function. */
interface Below {
  readonly label: string;
  /** Owner text; undefined without one. */
  readonly owner: string | undefined;
  readonly isVersion: boolean;
  delete(): Promise<void>;
}

/** What stands below a function, in the order it can be deleted in. */
async function objectsBelow({ api, ...session }: Session, name: string): Promise<Below[]> {
  const triggers = (await api.listTriggers(name)).map((trigger) => {
    const { triggerName = "" } = trigger;
    const remove = () => ignoreNotFound(api.deleteTrigger(name, triggerName));
    return { label: `trigger ${triggerName}`, owner: triggerStanding(trigger).owner, isVersion: false, delete: remove };
  });
  const aliases = (await api.listAliases(name)).map((alias) => {
    const { aliasName = "" } = alias;
    const remove = () => ignoreNotFound(api.deleteAlias(name, aliasName));
    return { label: `alias ${aliasName}`, owner: aliasStanding(alias).owner, isVersion: false, delete: remove };
  });
  const versions = ((await api.listVersions(name)) ?? []).map((version) => {
    const { versionId } = version;
    const remove = () => deleteVersion({ api, ...session }, name, versionId);
    return { label: `version ${versionId}`, owner: versionStanding(version).owner, isVersion: true, delete: remove };
  });
  return [...triggers, ...aliases, ...versions];
}

/** What this stack made, under its name of today or of then; and a version nobody marked, since no alias or trigger names it. */
function goesAlong(props: FunctionOutputs, below: Below): boolean {
  return below.owner === undefined ? below.isVersion : isOfStack(props, below);
}

function inWords({ label, owner }: Below): string {
  return `${label} (${owner === undefined ? "without an owner" : `of ${ownerWords(owner)}`})`;
}

/** Deletes one version; gone already is success. */
export async function deleteVersion(session: Session, functionName: string, versionId: string): Promise<void> {
  session.proven?.forget(functionName);
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
