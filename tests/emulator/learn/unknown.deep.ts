/**
 * Emulators with one changed place in their source, so that their behaviour is the value of no switch. The result of
 * the run is "unknown", and never a value. The expected results are literals in this file.
 */
import type { Fault, StartOptions, SwitchName } from "../../../emulator";
import { EXPERIMENTS } from "../../../emulator/learn/experiments";
import { altered, type Change } from "../../contract/altered";
import { learnFrom, summary, useFolder, withEmulator } from "./stand";

const folder = useFolder();

/** The experiments that determine these switches. */
function about(names: readonly string[]) {
  return EXPERIMENTS.filter(({ settles }) => settles.some((name) => names.includes(name)));
}

const [UNKNOWN, OPEN] = ["unknown behaviour", "not decided"];

type Expected = Partial<Record<SwitchName, string>>;

const CASES: [string, Change, Expected, StartOptions?][] = [
  ["a publish without a change is a 422", { file: "service/actions/version.ts", code: "Number(publishErrorStatus)", instead: "422" }, { publishGuard: "content", publishErrorStatus: UNKNOWN, publishErrorHeader: "ignored", refusedPublish: "keeps" }],
  ["a publish without a change has another code", { file: "service/actions/version.ts", code: "throw versionPublishError(entry.functionName, Number(publishErrorStatus));", instead: "throw invalidArgument('nothing new');" }, { publishGuard: "content", publishErrorStatus: UNKNOWN, publishErrorHeader: "ignored" }],
  ["a publish without a change answers the newest version", { file: "service/actions/version.ts", code: "throw versionPublishError(entry.functionName, Number(publishErrorStatus));", instead: "return ok(versionView(newest as never));" }, { publishGuard: UNKNOWN, publishErrorStatus: UNKNOWN, publishErrorHeader: UNKNOWN, refusedPublish: UNKNOWN }],
  ["with the header a publish answers a number nobody has", { file: "service/actions/version.ts", code: "return ok(versionView(newest));", instead: "return ok({ ...versionView(newest), versionId: '77' });" }, { publishGuard: "content", publishErrorHeader: UNKNOWN }, { publishErrorHeader: "obeyed" }],
  ["a refused publish uses up half a number", { file: "service/actions/version.ts", code: "entry.nextVersion += 1;\n    world.store.save(entry);", instead: "entry.nextVersion += 0.5;\n    world.store.save(entry);" }, { publishGuard: "content", refusedPublish: UNKNOWN, publishErrorStatus: "400" }, { refusedPublish: "burns" }],
  ["a refused publish uses up two numbers", { file: "service/actions/version.ts", code: "entry.nextVersion += 1;\n    world.store.save(entry);", instead: "entry.nextVersion += 2;\n    world.store.save(entry);" }, { publishGuard: "content", refusedPublish: UNKNOWN }, { refusedPublish: "burns" }],
  ["an alias to LATEST names the newest version", { file: "service/actions/alias.ts", code: "if (value === LATEST && world.options.aliasToLatest === \"allow\") return value;", instead: "if (value === LATEST) return String(entry.nextVersion - 1);" }, { aliasToLatest: UNKNOWN }],
  ["an update of an alias without a change is a 412", { file: "service/actions/alias.ts", code: "aliasNoChange === \"refuse409\" ? 409 : 400", instead: "412" }, { aliasNoChange: UNKNOWN, omittedWeights: "keep" }],
  ["of several weights one is kept", { file: "service/actions/alias.ts", code: "parseWeights(world, weights),", instead: "Object.fromEntries(Object.entries(parseWeights(world, weights)).slice(0, 1))," }, { additionalVersions: UNKNOWN, weightPrecision: "kept" }],
  ["a weight of the main version is refused with another code", { file: "service/actions/alias.ts", code: "throw weightOnMainVersion(target.additionalVersionWeight, target.versionId);", instead: "throw invalidArgument('no');" }, { mainVersionWeight: UNKNOWN, additionalVersions: "several" }],
  ["a weight of the main version is dropped", { file: "service/actions/alias.ts", code: "throw weightOnMainVersion(target.additionalVersionWeight, target.versionId);", instead: "Object.assign(target, { additionalVersionWeight: {} });" }, { mainVersionWeight: UNKNOWN, omittedWeights: "keep" }],
  ["weights are rounded to two decimals", { file: "service/actions/alias.ts", code: "Math.round(weight * 1000) / 1000", instead: "Math.round(weight * 100) / 100" }, { weightPrecision: UNKNOWN }, { weightPrecision: "thousandths" }],
  ["weights that are left out become others", { file: "service/actions/alias.ts", code: "? {} : current.additionalVersionWeight;", instead: "? {} : { '2': 0.1 };" }, { omittedWeights: UNKNOWN, weightPrecision: "kept" }],
  ["an alias never shows its description", { file: "service/actions/alias.ts", code: "return ok(aliasView(findAlias(entry, request.params[\"aliasName\"] ?? \"\")));", instead: "return ok({ ...aliasView(findAlias(entry, request.params['aliasName'] ?? '')), description: '' });" }, { readAfterWrite: OPEN, omittedWeights: OPEN, weightPrecision: OPEN, mainVersionWeight: OPEN, additionalVersions: OPEN, aliasNoChange: OPEN }],
  ["a version is said to be deleted and is not", { file: "service/actions/version.ts", code: "  entry.versions.delete(versionId);\n", instead: "" }, { deleteVersionInUse: OPEN, deleteFunctionInUse: "cascade" }],
  ["a function with an alias is said to be deleted and is not", { file: "service/actions/function.ts", code: "  world.store.functions.delete(entry.functionName);\n", instead: "  if (entry.aliases.size > 0) return noContent();\n  world.store.functions.delete(entry.functionName);\n" }, { deleteVersionInUse: "allow", deleteFunctionInUse: OPEN }],
  ["a function with a trigger is refused with 423", { file: "service/actions/function.ts", code: "Number(world.options.functionInUseStatus)", instead: "423" }, { functionInUseStatus: UNKNOWN }],
  ["a function with a trigger is deleted", { file: "service/actions/function.ts", code: "if (entry.triggers.size > 0) throw functionNotEmpty(entry.functionName, status);", instead: "" }, { functionInUseStatus: UNKNOWN }],
  ["an unknown qualifier is a 400", { file: "service/actions/lookup.ts", code: "return errors[world.options.unknownQualifier](entry.functionName, qualifier);", instead: "return invalidArgument('no such qualifier');" }, { unknownQualifier: UNKNOWN }],
  ["behind an alias LATEST is shown", { file: "service/actions/function.ts", code: "return shown === LATEST ? entry : findVersion(entry, shown);", instead: "return shown === '' ? findVersion(entry, shown) : entry;" }, { aliasShows: UNKNOWN }],
  ["a version shows no description", { file: "service/actions/function.ts", code: "description: version.description }", instead: "description: '' }" }, { versionDescription: UNKNOWN }],
  ["only one of the state fields is there", { file: "service/view.ts", code: "{ state: \"Active\", lastUpdateStatus: \"Successful\" }", instead: "{ state: \"Active\" }" }, { stateFields: UNKNOWN }, { stateFields: "active" }],
  ["code running as LATEST sees 0", { file: "service/actions/invoke.ts", code: "world.options.latestVersionId === \"empty\" ? \"\" : versionId", instead: "world.options.latestVersionId === \"LATEST\" ? \"0\" : versionId" }, { latestVersionId: UNKNOWN, triggerCors: "allowed" }],
  ["tasks do not tell what failed", { file: "service/asyncInvocations.ts", code: "eventDetail: task.taskErrorMessage }", instead: "eventDetail: '' }" }, { asyncDraw: OPEN }],
  ["an event may wait for ten days", { file: "service/actions/settings.ts", code: "Number(largestEventAge)", instead: "(largestEventAge === '' ? 0 : 864_000)" }, { largestEventAge: UNKNOWN }],
  ["another page may read what a trigger answers", { file: "web/cors.ts", code: "\"access-control-allow-origin\": origin,", instead: "\"access-control-allow-origin\": 'https://console.example.com'," }, { triggerCors: UNKNOWN }],
  ["the header of the version is empty", { file: "service/actions/invoke.ts", code: "world.options.versionHeader === \"version\" ? target.versionId : target.qualifier", instead: "''" }, { versionHeader: UNKNOWN }],
]; // prettier-ignore

it.each(CASES)("%s", async (_what, change, expected, options = {}) => {
  await withEmulator(
    options,
    async (emulator) => {
      const learned = await learnFrom(emulator, folder(), { experiments: about(Object.keys(expected)) });
      expect(summary(learned)).toMatchObject(expected);
      expect([...learned.left, ...emulator.store.functions.keys()]).toEqual([]);
    },
    altered(change).startEmulator,
  );
});

const busy = (operation: string, status: number, code: string): Fault => ({
  operation,
  times: Infinity,
  action: { kind: "reject", status, code, message: "no" },
});

/** Faults that refuse all requests of an operation for an unrelated reason. The affected switches stay undecided. */
const REFUSALS: [Fault, Expected][] = [
  [busy("CreateFunction", 403, "AccessDenied"), { publishGuard: OPEN, aliasToLatest: OPEN, codeCheck: OPEN, deleteFunctionInUse: OPEN, functionInUseStatus: OPEN, asyncDraw: OPEN, latestVersionId: OPEN }],
  [busy("CreateAlias", 400, "LimitExceededError"), { aliasToLatest: OPEN, weightPrecision: OPEN, readAfterWrite: OPEN, aliasShows: OPEN, versionHeader: OPEN, asyncDraw: OPEN }],
  [busy("UpdateAlias", 400, "InvalidArgument"), { weightPrecision: OPEN, mainVersionWeight: OPEN, additionalVersions: OPEN, aliasNoChange: OPEN, omittedWeights: OPEN, readAfterWrite: OPEN }],
  [busy("PublishFunctionVersion", 400, "VersionPublishError"), { publishGuard: OPEN, publishErrorStatus: OPEN, refusedPublish: OPEN }],
  [busy("DeleteFunctionVersion", 409, "Conflict"), { deleteVersionInUse: OPEN }],
  [busy("GetFunction", 403, "AccessDenied"), { unknownQualifier: OPEN, stateFields: OPEN, versionDescription: OPEN, aliasShows: OPEN }],
  [busy("PutAsyncInvokeConfig", 400, "InvalidArgument"), { largestEventAge: OPEN, asyncDraw: OPEN }],
  [busy("InvokeFunction", 500, "InternalServerError"), { latestVersionId: OPEN, versionHeader: OPEN, asyncDraw: OPEN }],
]; // prettier-ignore

it.each(REFUSALS)("an account that always refuses %j gives no result for it", async (fault, expected) => {
  await withEmulator({}, async (emulator) => {
    emulator.faults.add(fault);
    const learned = await learnFrom(emulator, folder(), { experiments: about(Object.keys(expected)) });
    expect(summary(learned)).toMatchObject(expected);
  });
});
