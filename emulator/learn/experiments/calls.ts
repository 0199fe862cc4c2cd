/** Experiments about the context of functions and the answers to callers. */
import * as fc from "@alicloud/fc20230330";

import { field, isObject, type Json } from "../../base/json";
import type { Reading } from "../account";
import { type Laboratory, NotDecided, smallest } from "../laboratory";
import { decided, type Found, isAccepted, isRefused, shown, unknown } from "../outcomes";
import type { Experiment } from "./experiment";

/** Origin of a page of this machine; an emulator refuses pages of others. */
const ORIGIN = "http://localhost:3000";

const TRIGGER = {
  triggerName: "http",
  triggerType: "http",
  triggerConfig: JSON.stringify({ authType: "anonymous", methods: ["GET"], disableURLInternet: false }),
};

/** Largest number of tries until a new trigger answers. */
const LOOKS = 20;

/** Calls a function without versions, by the API and by its HTTP trigger. */
export const LATEST: Experiment = {
  settles: ["latestVersionId", "triggerCors"],
  finds: [],
  async run(lab) {
    const { account } = lab;
    const name = await lab.makeFunction();
    const called = await lab.accepted(() => account.invoke(name, "LATEST", "see"));
    const { body } = await lab.accepted(() => account.createTrigger(name, TRIGGER));
    const trigger = field(body, "httpTrigger");
    const url = isObject(trigger) ? field(trigger, "urlInternet") : undefined;
    return { ...decideLatest(called), ...(await corsOf(lab, url)) };
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

async function corsOf(lab: Laboratory, url: Json | undefined): Promise<Found> {
  if (typeof url !== "string" || !/^https?:\/\//.test(url)) throw new NotDecided("the HTTP trigger has no address");
  for (let look = 1; look <= LOOKS; look++) {
    const answer = await lab.account.fetch(url, { origin: ORIGIN });
    if (answer?.status === 200) return decideCors(answer.headers.get("access-control-allow-origin"));
    await lab.account.pause();
  }
  throw new NotDecided(`the address of an HTTP trigger did not answer with 200 in ${LOOKS} calls`);
}

/** The outcome for whether a page may read a trigger's answer. */
export function decideCors(allowed: string | null): Found {
  const evidence = [
    `GET of a page at ${ORIGIN}: 200, access-control-allow-origin ${allowed === null ? "absent" : "present"}`,
  ];
  if (allowed === null) return { triggerCors: decided("absent", evidence) };
  if (allowed === "*" || allowed === ORIGIN) return { triggerCors: decided("allowed", evidence) };
  return { triggerCors: unknown("another address is allowed", evidence) };
}

/** Reads the headers with a version id, of a call through an alias with one version. */
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

/** The outcome for the headers of a call through an alias. */
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
    // The same request with an archive is accepted.
    await lab.base();
    return decideCode(sent);
  },
};

/** The outcome for code that is no archive. */
export function decideCode(sent: Reading): Found {
  const evidence = [shown(sent), "the same with an archive: accepted"];
  if (isAccepted(sent)) return { codeCheck: decided("none", evidence) };
  if (!isRefused(sent)) throw new NotDecided(`${shown(sent)} is no refusal of code`);
  return { codeCheck: decided("unzip", evidence) };
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
