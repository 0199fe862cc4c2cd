/** Experiments about asynchronous events: the version of their attempts, and their longest age. */
import { field, isObject, type Json, textOf } from "../../base/json";
import type { Reading } from "../account";
import { type Laboratory, NotDecided } from "../laboratory";
import { decided, type Found, isAccepted, isRefused, notDecided, shown, unknown } from "../outcomes";
import type { Experiment, SlowExperiment } from "./experiment";

/** Number of events. Each has up to nine attempts. */
const EVENTS = 3;

const RETRIES = 8;

/**
 * Number of repeated attempts that must run the version of the first attempt, before the outcome is that events keep
 * their version. If the version were chosen each time, this would happen once in a million runs.
 */
const REPEATS = 20;

const ALIAS = "live";

/** Values of `maxAsyncEventAgeInSeconds` that the experiment tries: seven days, and thirty days. */
const AGES = [604_800, 2_592_000] as const;

/** The events that were sent. */
interface Events {
  readonly name: string;
  readonly taskIds: readonly string[];
}

export const EVENT_DRAW: SlowExperiment = {
  settles: ["asyncDraw"],
  finds: [],
  async begin(lab, endsAt) {
    const events = await sendEvents(lab);
    return () => readEvents(lab, events, endsAt);
  },
};

async function sendEvents(lab: Laboratory): Promise<Events> {
  const { account } = lab;
  const name = await lab.makeFunction({ environmentVariables: lab.environment({ V: "one" }) });
  const first = await lab.publish(name);
  await lab.accepted(() => account.updateFunction(name, { environmentVariables: lab.environment({ V: "two" }) }));
  const second = await lab.publish(name);
  const half = { versionId: first, additionalVersionWeight: { [second]: 0.5 } };
  await lab.accepted(() => account.createAlias(name, ALIAS, half));
  const config = { asyncTask: true, maxAsyncRetryAttempts: RETRIES };
  await lab.accepted(() => account.putAsyncConfig(name, ALIAS, config));
  const taskIds = Array.from({ length: EVENTS }, (_, event) => `event${event + 1}`);
  for (const taskId of taskIds) {
    const sent = await account.send(name, ALIAS, "fail", taskId);
    // After a lost answer, the repeated request is refused because the task exists.
    if (!isAccepted(sent) && sent.isFirst) throw new NotDecided(`an event was refused: ${shown(sent)}`);
  }
  return { name, taskIds };
}

/** Reads the versions of the attempts when all events have ended or the time is over. */
async function readEvents(lab: Laboratory, { name, taskIds }: Events, endsAt: number): Promise<Found> {
  const { account } = lab;
  const tasks: Reading[] = [];
  for (const taskId of taskIds) {
    for (let look = 1; ; look++) {
      const read = await account.getAsyncTask(name, taskId, ALIAS);
      if (isEnded(read) || account.pace.now() >= endsAt) {
        tasks.push(read);
        break;
      }
      await account.pause(look);
    }
  }
  return decideDraw(tasks);
}

function isEnded({ body }: Reading): boolean {
  const endTime = field(body, "endTime");
  return typeof endTime === "number" && endTime > 0;
}

/** The versions of an event's attempts in their order, from the error texts of the attempts. */
export function attemptsOf({ body }: Reading): string[] {
  const events = field(body, "events");
  if (!Array.isArray(events)) return [];
  return events.flatMap((event: Json) => {
    if (!isObject(event) || !["Retrying", "Failed"].includes(textOf(event["status"]))) return [];
    const detail = field(event, "eventDetail");
    const ran = typeof detail === "string" ? /ran (one|two)\b/.exec(detail)?.[1] : undefined;
    return ran === undefined ? [] : [ran];
  });
}

/**
 * Evaluates the answers about the version of attempts. If the attempts of one event ran different versions, the version
 * is chosen for each attempt. If many attempts ran the same version, it is chosen once.
 */
export function decideDraw(tasks: readonly Reading[]): Found {
  const attempts = tasks.map(attemptsOf);
  const evidence = attempts.map((ran, event) => `event ${event + 1} ran: ${ran.join(", ") || "unknown"}`);
  if (attempts.some((ran) => new Set(ran).size > 1)) return { asyncDraw: decided("attempt", evidence) };
  const repeats = attempts.reduce((sum, ran) => sum + Math.max(0, ran.length - 1), 0);
  if (repeats >= REPEATS) return { asyncDraw: decided("accepted", evidence) };
  return { asyncDraw: notDecided(`of ${REPEATS} repeated attempts ${repeats} were seen`, evidence) };
}

export const EVENT_AGE: Experiment = {
  settles: ["largestEventAge"],
  finds: [],
  async run(lab) {
    const { name } = await lab.base();
    const put = (maxAsyncEventAgeInSeconds: number) =>
      lab.account.putAsyncConfig(name, "LATEST", { maxAsyncEventAgeInSeconds });
    const week = await lab.accepted(() => put(AGES[0]));
    const weekAndMore = await put(AGES[0] + 1);
    if (!isAccepted(weekAndMore)) return decideAge([week, weekAndMore]);
    return decideAge([week, weekAndMore, await put(AGES[1]), await put(AGES[1] + 1)]);
  },
};

/**
 * Evaluates the answers about the longest age. Four requests were sent: seven days, one second more, thirty days, one
 * second more.
 */
export function decideAge([week, weekAndMore, month, monthAndMore]: readonly (Reading | undefined)[]): Found {
  const sent = [week, weekAndMore, month, monthAndMore].filter((each) => each !== undefined);
  const evidence = sent.map((each) => shown(each));
  const other = sent.find((each) => !isAccepted(each) && !isRefused(each));
  if (other !== undefined) throw new NotDecided(`${shown(other)} is not a refusal of the age`);
  const pattern = sent.map(isAccepted).join(" ");
  if (pattern === "true false") return { largestEventAge: decided("604800", evidence) };
  if (pattern === "true true true false") return { largestEventAge: decided("2592000", evidence) };
  return { largestEventAge: unknown("the limit is another one", evidence) };
}
