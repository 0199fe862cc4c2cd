/** Experiments about the context of functions and the answers to callers. */
import * as fc from "@alicloud/fc20230330";

import { field, isObject, type Json } from "../../base/json";
import type { HttpAnswer, Reading } from "../account";
import { type Laboratory, NotDecided, smallest } from "../laboratory";
import { decided, type Found, isAccepted, isRefused, shown, unknown } from "../outcomes";
import type { Experiment } from "./experiment";

/** Origin of a page of this machine; an emulator refuses pages of other machines. */
const ORIGIN = "http://localhost:3000";

const TRIGGER = {
  triggerName: "http",
  triggerType: "http",
  triggerConfig: JSON.stringify({ authType: "anonymous", methods: ["GET"], disableURLInternet: false }),
};

/** Largest number of attempts until a new trigger answers. */
const LOOKS = 20;

/** Calls a function without versions, by the API and by its HTTP trigger. */
export const LATEST: Experiment = {
  settles: ["latestVersionId", "triggerCors"],
  finds: [],
  async run(lab) {
    const { account } = lab;
    const name = await lab.makeFunction();
    const called = await lab.accepted(() => account.invoke(name, "LATEST", "see"));
    const url = await makeTrigger(lab, name);
    const { headers } = await answered(lab, url, { origin: ORIGIN });
    return { ...decideLatest(called), ...decideCors(headers.get("access-control-allow-origin")) };
  },
};

/** The version id that code running as LATEST sees. */
export function decideLatest(called: Reading): Found {
  const seen = jsonOf(called.text);
  const versionId = isObject(seen) ? field(seen, "versionId") : undefined;
  const evidence = [shown(called, { "context.service.versionId": versionId })];
  if (versionId === "LATEST") return { latestVersionId: decided("LATEST", evidence) };
  if (versionId === "") return { latestVersionId: decided("empty", evidence) };
  return { latestVersionId: unknown("it is something else", evidence) };
}

/** Creates an HTTP trigger that needs no key, for LATEST or another qualifier. Returns its address. */
async function makeTrigger(lab: Laboratory, name: string, more: { readonly qualifier?: string } = {}): Promise<string> {
  const { body } = await lab.accepted(() => lab.account.createTrigger(name, { ...TRIGGER, ...more }));
  const trigger = field(body, "httpTrigger");
  const url = isObject(trigger) ? field(trigger, "urlInternet") : undefined;
  if (typeof url === "string" && /^https?:\/\//.test(url)) return url;
  throw new NotDecided("the HTTP trigger has no address");
}

/** Calls the address of a trigger until it answers with 200. */
async function answered(lab: Laboratory, url: string, headers: Record<string, string>): Promise<HttpAnswer> {
  for (let look = 1; look <= LOOKS; look++) {
    const answer = await lab.account.fetch(url, headers);
    if (answer?.status === 200) return answer;
    await lab.account.pause();
  }
  throw new NotDecided(`the address of an HTTP trigger did not answer with 200 in ${LOOKS} calls`);
}

/** Evaluates the answers that show whether a page may read the answer of a trigger. */
export function decideCors(allowed: string | null): Found {
  const evidence = [
    `GET of a page at ${ORIGIN}: 200, access-control-allow-origin ${allowed === null ? "absent" : "present"}`,
  ];
  if (allowed === null) return { triggerCors: decided("absent", evidence) };
  if (allowed === "*" || allowed === ORIGIN) return { triggerCors: decided("allowed", evidence) };
  return { triggerCors: unknown("another address is allowed", evidence) };
}

/** Header with the id of a session. */
const SESSION_HEADER = "x-learn-session";

/**
 * Number of calls of one session. If each call chose its version with probability one half, all calls would run the
 * same version once in 500,000 runs.
 */
const SESSION_CALLS = 20;

/** Calls one session through an alias whose two versions have half of the traffic each. */
export const SESSION: Experiment = {
  settles: [],
  finds: ["sessionDraw"],
  async run(lab) {
    const { account } = lab;
    const affinity = new fc.HeaderFieldSessionAffinityConfig({
      affinityHeaderFieldName: SESSION_HEADER,
      sessionConcurrencyPerInstance: 20,
      sessionIdleTimeoutInSeconds: 600,
      sessionTTLInSeconds: 600,
    });
    const name = await lab.makeFunction({
      sessionAffinity: "HEADER_FIELD",
      sessionAffinityConfig: JSON.stringify(affinity.toMap()),
    });
    const first = await lab.publish(name);
    await lab.accepted(() => account.updateFunction(name, { timeout: 4 }));
    const second = await lab.publish(name);
    const half = { versionId: first, additionalVersionWeight: { [second]: 0.5 } };
    await lab.accepted(() => account.createAlias(name, "live", half));
    const url = await makeTrigger(lab, name, { qualifier: "live" });
    const ran: string[] = [];
    while (ran.length < SESSION_CALLS) {
      const { text } = await answered(lab, url, { [SESSION_HEADER]: "one" });
      const seen = jsonOf(text);
      const versionId = isObject(seen) ? field(seen, "versionId") : undefined;
      if (versionId !== first && versionId !== second) throw new NotDecided("an answer does not name the version");
      ran.push(versionId === first ? "first" : "second");
    }
    return decideSession(ran);
  },
};

/** Evaluates the answers about the versions that the calls of one session ran. */
export function decideSession(ran: readonly string[]): Found {
  const evidence = [`calls of one session ran: ${ran.join(", ")}`];
  return { sessionDraw: decided(new Set(ran).size === 1 ? "one version" : "each call", evidence) };
}

/** Reads the headers with a version id, in the answer of a call through an alias with one version. */
export const VERSION_HEADER: Experiment = {
  settles: ["versionHeader"],
  finds: ["versionHeaders"],
  async run(lab) {
    const { account } = lab;
    const { name, versions } = await lab.base();
    const alias = lab.nextAlias();
    await lab.accepted(() => account.createAlias(name, alias, { versionId: versions[1] }));
    const called = await lab.accepted(() => account.invoke(name, alias, "see"));
    return decideHeader(called, versions[1], alias);
  },
};

const HEADER = "x-fc-invocation-service-version";

/** Evaluates the answers about the headers of a call through an alias. */
export function decideHeader({ headers, ...called }: Reading, version: string, alias: string): Found {
  const value = headers[HEADER];
  const seen =
    value === version ? "the version" : value === alias ? "the alias" : value === undefined ? "absent" : "another text";
  const evidence = [`${called.operation}: ${called.status}, ${HEADER} has ${seen}`];
  const naming = Object.keys(headers).filter((name) => /^x-fc-[a-z-]{1,60}$/.test(name) && headers[name] === version);
  const versionHeaders = decided(naming.sort().join(", ") || "none", evidence);
  if (value === version) return { versionHeader: decided("version", evidence), versionHeaders };
  if (value === alias) return { versionHeader: decided("qualifier", evidence), versionHeaders };
  return { versionHeader: unknown("it carries neither version nor alias", evidence), versionHeaders };
}

export const CODE: Experiment = {
  settles: ["codeCheck"],
  finds: [],
  async run(lab) {
    const functionName = lab.nextName();
    const zipFile = Buffer.from("this is no zip archive").toString("base64");
    const code = new fc.InputCodeLocation({ zipFile });
    const sent = await lab.account.createFunction(smallest(functionName, lab.environment(), { code }));
    // The same request with a zip archive is accepted.
    await lab.base();
    return decideCode(sent);
  },
};

/** Evaluates the answers about code that is not an archive. */
export function decideCode(sent: Reading): Found {
  const evidence = [shown(sent), "the same with an archive: accepted"];
  if (isAccepted(sent)) return { codeCheck: decided("none", evidence) };
  if (!isRefused(sent)) throw new NotDecided(`${shown(sent)} is not a refusal of the code`);
  return { codeCheck: decided("unzip", evidence) };
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
