/** Mistakes that an emulator of the service could have. Each is planted in the emulator, and the named case must fail. */
import type { Change } from "./altered";

/** A mistake that is planted in the emulator, and the case that must fail because of it. */
export interface Deviation extends Change {
  readonly what: string;
  readonly group: string;
  /** Name of a case of that group. */
  readonly noticedBy: string;
}

/** The mistake in words, the code, the code that replaces it, and the case that must fail. */
type Row = readonly [what: string, code: string, instead: string, noticedBy: string];

function planted(group: string, file: string, rows: readonly Row[]): Deviation[] {
  return rows.map(([what, code, instead, noticedBy]) => ({ group, file, what, code, instead, noticedBy }));
}

// prettier-ignore
export const DEVIATIONS: readonly Deviation[] = [
  ...planted("versions", "service/actions/version.ts", [
    ["numbers of deleted versions come again", "versionId: String(entry.nextVersion),", "versionId: String(entry.versions.size + 1),", "the number of a deleted version is not used again"],
    ["numbers begin at 0", "versionId: String(entry.nextVersion),", "versionId: String(entry.nextVersion - 1),", "version numbers begin at 1 and rise by one"],
    ["a version shares its configuration with LATEST's next one", "config: structuredClone(entry.config),", "get config() { return entry.config; },", "a version keeps its environment variables"],
    ["a version has the code of LATEST", "...(entry.code === undefined ? {} : { code: entry.code }),", "get code() { return entry.code; },", "a version keeps its code"],
    ["a version has no code", "...(entry.code === undefined ? {} : { code: entry.code }),", "", "a version has checksum and size of the code at the time of its publish"],
    ["every publish makes a version", "if (!mayPublish(world, entry)) return", "if (entry === undefined) return", "a publish without a change is refused"],
    ["a publish compares with every version there is, not the last publish", "return entry.lastPublished !== contentOf(entry);", "return ![...entry.versions.values()].some((version) => contentOf(version) === contentOf(entry));", "a return to the content before the last publish counts as a change"],
    ["a publish compares the code alone", "canonical({ code: snapshot.code?.sha256 ?? null, config: snapshot.config })", "canonical({ code: snapshot.code?.sha256 ?? null })", "another timeout can be published"],
    ["a publish compares the configuration alone", "canonical({ code: snapshot.code?.sha256 ?? null, config: snapshot.config })", "canonical({ config: snapshot.config })", "another code can be published"],
    ["the oldest version is listed first", "const { direction = \"BACKWARD\" } = request.query;", "const { direction = \"FORWARD\" } = request.query;", "the newest version is listed first"],
    ["direction is not looked at", "direction === \"FORWARD\"\n", "direction === undefined\n", "with FORWARD, the oldest version is listed first"],
    ["version 10 comes before version 9", "Number(a) > Number(b);", "a > b;", "versions are listed in pages, in the order of their numbers"],
    ["any direction is taken", "if (direction !== \"BACKWARD\" && direction !== \"FORWARD\") {", "if (direction === undefined) {", "a direction other than BACKWARD and FORWARD is refused"],
    ["a deleted version stays", "  entry.versions.delete(versionId);\n", "", "a deleted version can no longer be read"],
    ["deleting what is not there succeeds", "  findVersion(entry, versionId);\n", "", "deleting an unknown version is refused"],
    ["LATEST can be deleted", "if (!/^\\d+$/.test(versionId)) throw invalidArgument(`versionId must be a published", "if (versionId === \"LATEST\") return noContent(); if (!/^\\d+$/.test(versionId)) throw invalidArgument(`versionId must be a published", "LATEST cannot be deleted"],
    ["a publish loses its description", "const description = checkDescription(field(body, \"description\"));", "const description = \"\";", "the answer to a publish has number, description and times"],
  ]),
  ...planted("versions", "service/actions/function.ts", [
    ["the code of a version is LATEST's", "const { code } = snapshotOf(world, entry, request.query[\"qualifier\"]);", "const { code } = entry;", "a version has checksum and size of the code at the time of its publish"],
    ["GetFunction does not look at its qualifier", "const snapshot = snapshotOf(world, entry, request.query[\"qualifier\"]);", "const snapshot = snapshotOf(world, entry, undefined);", "reading an unknown version is refused"],
  ]),
  ...planted("versions", "service/view.ts", [
    ["a version answers no description", "return { versionId, description, createdTime, lastModifiedTime };", "return { versionId, createdTime, lastModifiedTime };", "the answer to a publish has number, description and times"],
  ]),
  ...planted("functions", "service/paging.ts", [
    ["a list ends with an empty token", "...(nextToken === undefined ? {} : { nextToken })", "nextToken: nextToken ?? \"\"", "functions are listed in the order of names, by prefix, in pages"],
    ["a page says nothing of the next", "return next === undefined ? { items: page } :", "return next !== null ? { items: page } :", "functions are listed in the order of names, by prefix, in pages"],
    ["every page is the first", "const rest = from === undefined ? ordered :", "const rest = from !== null ? ordered :", "functions are listed in the order of names, by prefix, in pages"],
    ["the first row of the next page is left out", "ordered.filter((item) => !precedes(key(item), from))", "ordered.filter((item) => precedes(from, key(item)))", "functions are listed in the order of names, by prefix, in pages"],
    ["limit is not looked at", "const limit = parseLimit(query.limit);", "const limit = 100;", "functions are listed in the order of names, by prefix, in pages"],
  ]),
  ...planted("versions", "base/errors.ts", [
    ["another code of an unknown version", "new ServiceError(404, \"VersionNotFound\",", "new ServiceError(404, \"FunctionVersionNotFound\",", "reading an unknown version is refused"],
    ["another text of a publish without a change", "No changes were made since last publish", "Nothing changed", "the message of a publish without a change"],
  ]),
  ...planted("aliases", "service/actions/alias.ts", [
    ["an empty map keeps the weights", "isAbsent(weights) ? weightsLeftOut", "isAbsent(weights) || canonical(weights) === \"{}\" ? weightsLeftOut", "an empty map clears the weights"],
    ["weights are added to those there were", ": parseWeights(world, weights),", ": { ...current.additionalVersionWeight, ...parseWeights(world, weights) },", "new weights replace all earlier weights"],
    ["a main version left out is cleared", "isAbsent(versionId) ? current.versionId :", "isAbsent(versionId) ? \"\" :", "an update without a main version keeps it"],
    ["a description left out is cleared", "isAbsent(description) ? current.description :", "isAbsent(description) ? \"\" :", "an update without a description keeps it"],
    ["weights above 1 are percent", "([id, weight]): [string, number] => {", "([id, given]): [string, number] => {\n    const weight = Number(given) > 1 ? Number(given) / 100 : given;", "weight 25 is refused"],
    ["weights below 0 are taken", "weight < 0 || weight > 1) {", "weight > 1) {", "weight -0.1 is refused"],
    ["weight 1 is refused", "weight < 0 || weight > 1) {", "weight < 0 || weight >= 1) {", "weight 1 is accepted"],
    ["weight 0 is refused", "weight < 0 || weight > 1) {", "weight <= 0 || weight > 1) {", "weight 0 is accepted"],
    ["weights are kept to two decimals", "return [id, precise(world, id, weight)];", "return [id, Math.round(weight * 100) / 100];", "weight 0.001 is answered unchanged"],
    ["weights may come to more than 1", "if (sum > 1 + SUM_TOLERANCE)", "if (sum > 9)", "weights with a sum above 1 are refused"],
    ["a weight's version need not exist", "for (const id of Object.keys(target.additionalVersionWeight)) findVersion(entry, id);", "", "a weight for a version that does not exist is refused"],
    ["a main version need not exist", "return findVersion(entry, value).versionId;", "return value;", "an alias to a version that does not exist is refused"],
    ["an alias may point to an alias", "if (!/^\\d+$/.test(value)) throw invalidArgument(`versionId must", "if (entry.aliases.has(value)) return value; if (!/^\\d+$/.test(value)) throw invalidArgument(`versionId must", "an alias may not point to an alias"],
    ["creating an alias that exists replaces it", "if (entry.aliases.has(aliasName)) throw aliasExists(aliasName);", "", "an existing alias cannot be created again"],
    ["an update makes an alias that does not exist", "const alias = findAlias(entry, request.params[\"aliasName\"] ?? \"\");\n  const body", "const alias = entry.aliases.get(request.params[\"aliasName\"] ?? \"\") ?? ({} as StoredAlias);\n  const body", "updating or deleting an unknown alias is refused"],
    ["a deleted alias stays", "  entry.aliases.delete(alias.aliasName);\n", "", "deleting an alias does not delete its version"],
    ["deleting an alias takes its version along", "  entry.aliases.delete(alias.aliasName);\n", "  entry.aliases.delete(alias.aliasName);\n  entry.versions.delete(alias.versionId);\n", "deleting an alias does not delete its version"],
    ["an alias needs no version", "if (isAbsent(field(body, \"versionId\"))) throw invalidArgument(\"versionId is required but not provided\");", "", "an alias without a main version is refused"],
    ["prefix is not looked at", "({ aliasName }) => aliasName.startsWith(prefix)", "({ aliasName }) => aliasName !== prefix", "aliases are listed in the order of names, by prefix, in pages"],
    ["an update is answered and not kept", "Object.assign(alias, target, { lastModifiedTime: timestamp(world) });", "return ok(aliasView({ ...alias, ...target }));", "new weights replace all earlier weights"],
    ["an update answers what was before", "Object.assign(alias, target, { lastModifiedTime: timestamp(world) });", "return ok(aliasView(Object.assign({ ...alias }, void Object.assign(alias, target))));", "the answer to an update has the new values"],
  ]),
  ...planted("aliases", "service/view.ts", [
    ["weights are not answered", "if (Object.keys(additionalVersionWeight).length > 0) view", "if (additionalVersionWeight === undefined) view", "weight 0.05 is answered unchanged"],
    ["an alias answers no times", "const view: JsonObject = { aliasName, versionId, description, createdTime, lastModifiedTime };", "const view: JsonObject = { aliasName, versionId, description };", "an update without a main version keeps it"],
  ]),
  ...planted("aliases", "service/fields.ts", [
    ["an alias may be called LATEST", "if (name === \"LATEST\") throw", "if (name === \"\") throw", "an alias may not be called 'LATEST' (6 characters)"],
    ["aliases have names of 64 characters", "checkName(\"aliasName\", value, 128)", "checkName(\"aliasName\", value, 64)", "an alias may be called 'xxxxxxxx' (128 characters)"],
  ]),
  ...planted("aliases", "base/errors.ts", [
    ["an alias that exists is a 400", "new ServiceError(409, \"AliasAlreadyExists\",", "new ServiceError(400, \"AliasAlreadyExists\",", "an existing alias cannot be created again"],
  ]),
  ...planted("functions", "service/actions/function.ts", [
    ["creating a function that exists replaces it", "if (world.store.functions.has(functionName)) throw functionExists(functionName);", "", "an existing function cannot be created again"],
    ["a deleted function stays", "  world.store.functions.delete(entry.functionName);\n", "", "whether a function with versions and aliases can be deleted"],
    ["an update loses the code", "if (current !== undefined) entry.code = current;", "if (code === undefined) delete entry.code; else entry.code = code;", "settings and code can be updated separately, and the function keeps its id"],
    ["new code is not taken by an update", "if (current !== undefined) entry.code = current;", "", "settings and code can be updated separately, and the function keeps its id"],
    ["an update without code is refused", "const current = code ?? entry.code;", "const current = code;", "an update of a function replaces the sent fields and keeps the others"],
    ["an update is a new function", "  entry.revision += 1;\n", "  entry.revision += 1;\n  entry.functionId = randomUUID();\n", "settings and code can be updated separately, and the function keeps its id"],
    ["prefix is not looked at", "prefix === undefined || entry.functionName.startsWith(prefix)", "prefix !== entry.functionName", "an empty token gives the first page"],
    ["tags are not looked at", "wantedTags.every((wanted)", "[].every((wanted: StoredFunction[\"tags\"][number])", "functions can be listed by tags and by runtime"],
    ["runtime is not looked at", "runtime === undefined || entry.config[\"runtime\"] === runtime", "runtime !== entry.functionName", "functions can be listed by tags and by runtime"],
    ["functions of this generation are thought of an older one", "fcVersion === \"v3\" ?", "fcVersion === \"v2\" ?", "functions are listed in the order of names, by prefix, in pages"],
    ["tags of a new function are lost", "const tags = parseTags(request.operation, \"tags\", field(body, \"tags\"));", "const tags = parseTags(request.operation, \"tags\", undefined);", "GetFunction answers the tags of a new function"],
  ]),
  ...planted("functions", "service/fields.ts", [
    ["an update clears what it leaves out", "return { ...current, ...checkedFields(operation, request, UPDATE_FIELDS) };", "return { ...newConfig(operation, { runtime: current[\"runtime\"] ?? null, handler: current[\"handler\"] ?? null }), ...checkedFields(operation, request, UPDATE_FIELDS) };", "an update of a function replaces the sent fields and keeps the others"],
    ["a handler may be empty", "value === \"\" ? \"is required but not provided\" : undefined) },\n  description", "value === null ? \"\" : undefined) },\n  description", "a function without a handler is refused"],
    ["another memory is filled in", "multipleOf(64)(value), fill: 512 }", "multipleOf(64)(value), fill: 128 }", "memorySize has a default value"],
    ["another timeout is filled in", "integer(1, 86400), fill: 3 }", "integer(1, 86400), fill: 60 }", "timeout has a default value"],
    ["timeouts end at 600 seconds", "integer(1, 86400), fill: 3 }", "integer(1, 600), fill: 3 }", "timeout may be 86400"],
    ["memory comes in steps of 1 MB", "?? multipleOf(64)(value), fill: 512 }", ", fill: 512 }", "memorySize may not be 129"],
    ["reserved names of variables are taken", "if (name.startsWith(\"FC_\"))", "if (name.startsWith(\"\\0\"))", "environmentVariables may not be {\"FC_X\":\"1\"}"],
    ["variables have no limit", "return bytes > MAX_ENVIRONMENT_BYTES ?", "return bytes < 0 ?", "environmentVariables may not be {\"A\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"],
    ["cores and memory need not fit", "if (ratio < 1 - 1e-9 || ratio > 4 + 1e-9) {", "if (ratio < 0) {", "512 MB with 1 cores is refused"],
    ["names may begin with a digit", "const NAME = /^[_a-zA-Z]", "const NAME = /^[_a-zA-Z0-9]", "a function's name that begins with a digit is refused"],
    ["unknown runtimes are taken", "runtime: { check: oneOf(RUNTIMES) },", "runtime: { check: anyText },", "runtime may not be \"nodejs9\""],
  ]),
  ...planted("functions", "service/view.ts", [
    ["the ARN has no region", "`acs:fc:${identity.region}:${identity.accountId}:functions/${name}`", "`acs:fc::${identity.accountId}:functions/${name}`", "the ARN contains region, account and function"],
    ["times have milliseconds", "createdTime: entry.createdTime,\n    lastModifiedTime: snapshot", "createdTime: entry.createdTime.replace(\"Z\", \".000Z\"),\n    lastModifiedTime: snapshot", "id and times have the documented form"],
  ]),
  ...planted("functions", "base/crc64.ts", [
    ["another checksum", "let high = 0xffffffff;\n  let low = 0xffffffff;", "let high = 0;\n  let low = 0;", "the checksum is CRC-64 of the package (value of Terraform's acceptance tests)"],
  ]),
  ...planted("functions", "base/errors.ts", [
    ["another text of an unknown function", "`function '${name}' does not exist`", "`function ${name} not found`", "the message about an unknown function"],
    ["a function that exists is a 400", "new ServiceError(409, \"FunctionAlreadyExists\",", "new ServiceError(400, \"FunctionAlreadyExists\",", "an existing function cannot be created again"],
  ]),
  ...planted("functions", "service/paging.ts", [
    ["limits above 100 are taken", "if (limit < 1 || limit > 100)", "if (limit < 1)", "a limit below 1 or above 100 is refused"],
    ["an empty token is refused", "query.nextToken === undefined || query.nextToken === \"\" ?", "query.nextToken === undefined ?", "an empty token gives the first page"],
  ]),
  ...planted("invocations", "service/weights.ts", [
    ["main gets the weight of the other", "if (drawn < upTo) return versionId;", "if (drawn >= upTo) return versionId;", "weight 1 sends 100 % to the additional version"],
    ["weights are not looked at", "if (shares.length === 0) return", "if (shares.length >= 0) return", "weight 1 sends 100 % to the additional version"],
    ["any weight is half", "    upTo += share;\n", "    upTo += share > 0 && share < 1 ? 0.5 : share;\n", "weight 0.1 sends about that share to the additional version"],
    ["all calls go to one version once weighed", "const drawn = random();", "const drawn = 0.3;", "weight 0.5 sends about that share to the additional version"],
  ]),
  ...planted("invocations", "service/actions/invoke.ts", [
    ["a version runs the code of LATEST", "return { entry, snapshot: found.version, qualifier: versionId, versionId };", "return { entry, snapshot: entry, qualifier: versionId, versionId };", "a version runs with the code and the variables at the time of its publish"],
    ["the caller's version is the alias", "\"x-fc-invocation-function-version\": target.versionId,", "\"x-fc-invocation-function-version\": target.qualifier,", "the header in the canary guide has the version that ran"],
    ["the checksum is LATEST's", "\"x-fc-code-checksum\": target.snapshot.code?.checksum ?? \"\",", "\"x-fc-code-checksum\": target.entry.code?.checksum ?? \"\",", "a version runs with the code and the variables at the time of its publish"],
    ["a version has the variables of LATEST", "  const { config } = target.snapshot;\n  const variables", "  const { config } = target.entry;\n  const variables", "a version runs with the code and the variables at the time of its publish"],
    ["a function's failure is a 500", "return { status: 200, headers, body };", "return { status: errorType === undefined ? 200 : 500, headers, body };", "a handler that throws is answered with 200 and UnhandledInvocationError"],
    ["errors have no type", "if (errorType !== undefined) headers[\"x-fc-error-type\"] = errorType;", "", "a handler that throws is answered with 200 and UnhandledInvocationError"],
    ["every error is unhandled", "errorAnswer(outcome.handled ? \"HandledInvocationError\" :", "errorAnswer(outcome.body === undefined ? \"HandledInvocationError\" :", "a handler that calls back with an error is answered with 200 and HandledInvocationError"],
    ["an asynchronous call waits", "if (!isAsync) return respond", "if (request.body !== undefined) return respond", "an asynchronous call is answered with 202 and no body"],
    ["an asynchronous call is a 200", "return { status: 202, headers: taskId", "return { status: 200, headers: taskId", "an asynchronous call is answered with 202 and no body"],
    ["no log is answered", "if ((request.headers[\"x-fc-log-type\"] ?? \"\").toLowerCase() === \"tail\") {", "if (request.headers[\"x-fc-log-type\"] === \"\") {", "the answer has the end of the log if the request asks for it"],
    ["the log is always answered", "if ((request.headers[\"x-fc-log-type\"] ?? \"\").toLowerCase() === \"tail\") {", "if (request.headers[\"x-fc-log-type\"] !== \"\") {", "the answer has no log if the request does not ask for it"],
  ]),
  ...planted("invocations", "base/requestId.ts", [
    ["request ids are UUIDs", "`1-${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16)}`", "`${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}0000`", "request ids have the form 1-8-8-12"],
  ]),
  ...planted("settings", "service/actions/settings.ts", [
    ["a setting is one for all qualifiers", "  if (scope === \"function\" || asked === undefined || asked === \"\") return LATEST;", "  if (asked !== null) return LATEST;", "settings of an alias are separate from those of LATEST"],
    ["instances are provisioned for versions", "if (scope === \"LATEST or alias\" && found.kind === \"version\") {", "if (scope === \"any\" && found === undefined) {", "instances can be provisioned for LATEST or an alias, not for a version"],
    ["provisioned instances that were never set are a 404", "unset: () => ok({ target: 0, current: 0, scheduledActions: [], targetTrackingPolicies: [] }),", "unset: asyncConfigNotFound as never,", "GetProvisionConfig answers without functionArn if nothing was set"],
    ["a setting that is taken back stays", "kind.settings(entry).delete(qualifierOf(world, entry, request, kind));", "qualifierOf(world, entry, request, kind);", "provisioned instances: can be set, read, listed and removed"],
    ["settings of a function are not listed", "functionName === undefined || functionName === \"\" || entry.functionName === functionName", "functionName !== entry.functionName", "provisioned instances: can be set, read, listed and removed"],
    ["a setting is kept without its fields", "const fields = checkedFields(kind, request, world.options);", "const fields = checkedFields(kind, request, world.options) && {};", "provisioned instances: can be set, read, listed and removed"],
    ["a reserved concurrency may be left out", "required: [\"reservedConcurrency\"],", "", "reserved concurrency without a number is refused"],
  ]),
  ...planted("settings", "service/actions/function.ts", [
    ["a function with provisioned instances is deleted", "if (entry.provisionConfigs.size > 0) throw", "if (entry.triggers === undefined) throw", "a function with provisioned instances cannot be deleted"],
    ["a function with scaled instances is deleted", "if (entry.scalingConfigs.size > 0) throw", "if (entry.triggers === undefined) throw", "a function with scaling cannot be deleted"],
  ]),
  ...planted("triggers", "service/actions/trigger.ts", [
    ["a second HTTP trigger is taken", "if (type !== \"http\") return;", "if (type !== \"\") return;", "a second HTTP trigger of a qualifier is refused"],
    ["a trigger that exists is replaced", "if (entry.triggers.has(triggerName)) throw triggerExists(triggerName);", "", "an existing trigger cannot be created again"],
    ["a trigger's update is not kept", "  Object.assign(trigger, {\n", "  Object.assign({}, trigger, {\n", "an update of a trigger replaces the sent fields and keeps the others"],
    ["a trigger's qualifier need not exist", "  findQualified(world, entry, qualifier);\n", "", "a trigger for an alias that does not exist is refused"],
    ["any type of trigger is taken", "if (!TYPES.includes(triggerType)) {", "if (triggerType === \"\") {", "a trigger with an unknown type is refused"],
    ["a deleted trigger stays", "  entry.triggers.delete(trigger.triggerName);\n", "", "triggers are listed by prefix, without deleted ones"],
    ["triggers are not listed by prefix", "({ triggerName }) => triggerName.startsWith(prefix)", "({ triggerName }) => triggerName !== prefix", "triggers are listed by prefix, without deleted ones"],
  ]),
  ...planted("settings", "service/actions/tag.ts", [
    ["a tag with a key there is stays as it was", "[...current, ...added].map((tag)", "[...added, ...current].map((tag)", "tags can be added, replaced, listed and removed"],
    ["taking tags away takes all", "entry.tags.filter((tag) => !keys.includes(tag.key))", "entry.tags.filter((tag) => keys.length === 0 || tag.key === \"\")", "tags can be added, replaced, listed and removed"],
    ["tags are not listed", "{ RequestId: request.requestId, TagResources: page.items }", "{ RequestId: request.requestId, TagResources: [] }", "tags are listed"],
    ["a tagged resource need not exist", "if (entry === undefined || arn !== functionArn(world.identity, name)) throw", "if (entry === undefined) throw", "tags for a function of another account are refused"],
  ]),
  ...planted("triggers", "service/actions/function.ts", [
    ["a function with triggers is deleted", "if (entry.triggers.size > 0) throw", "if (entry.triggers === undefined) throw", "a function with a trigger cannot be deleted"],
  ]),
  ...planted("triggers", "base/errors.ts", [
    ["an unknown trigger is another code", "\"TriggerNotFound\"", "\"TriggerNotExist\"", "triggers are listed by prefix, without deleted ones"],
  ]),
  ...planted("layers", "service/actions/layer.ts", [
    ["numbers of layer versions come again", "version: layer.nextVersion,", "version: layer.versions.size + 1,", "the number of a deleted layer version is not used again"],
    ["a layer need not exist", "if (layer === undefined || version === undefined) throw layerVersionNotFound(name, number);\n  return { layer, version };\n}\n\nfunction findLayer", "if (layer === undefined || version === undefined) return OFFICIAL;\n  return { layer, version };\n}\n\nfunction findLayer", "a layer that does not exist is refused"],
    ["a layer is for every runtime", "if (version.compatibleRuntime.length === 0 ||", "if (version.compatibleRuntime.length >= 0 ||", "a layer for other runtimes is refused"],
    ["layers are listed by their oldest version", "ordered(layer).slice(-1).map", "ordered(layer).slice(0, 1).map", "ListLayers has the newest version of each layer"],
    ["a layer stays private", "layer.isPublic = wantedAccess(request.query[\"acl\"], request.query[\"public\"]);", "wantedAccess(request.query[\"acl\"], request.query[\"public\"]);", "a layer is private until it is made public"],
  ]),
  ...planted("domains", "service/actions/customDomain.ts", [
    ["a domain's update clears what it leaves out", "domain.config = { ...domain.config, ...checkedFields(request.operation, body) };", "domain.config = checkedFields(request.operation, body);", "an update of a domain replaces the sent fields and keeps the others"],
    ["a domain that exists is replaced", "if (world.store.customDomains.has(domainName)) throw domainExists(domainName);", "", "a custom domain can be created once and deleted"],
    ["domains are not listed by prefix", "({ domainName }) => domainName.startsWith(prefix)", "({ domainName }) => domainName !== prefix", "domains are listed by prefix"],
    ["any word is a domain", "|| !DOMAIN.test(domainName)) {", ") {", "a domain name without a dot is refused"],
  ]),
  ...planted("settings", "service/actions/invocation.ts", [
    ["a disabled function is called all the same", "entry.invocationRestriction = { reason, lastModifiedTime: timestamp(world) };", "timestamp(world); reason.trim();", "a disabled function cannot be invoked until it is enabled again"],
    ["enabling does nothing", "  delete entry.invocationRestriction;\n", "", "a disabled function cannot be invoked until it is enabled again"],
  ]),
  ...planted("domains", "base/errors.ts", [
    ["a domain that exists is a 400", "new ServiceError(409, \"DomainNameAlreadyExists\",", "new ServiceError(400, \"DomainNameAlreadyExists\",", "a custom domain can be created once and deleted"],
  ]),
  ...planted("functions", "service/actions/function.ts", [
    ["an image goes with any runtime", "if (image !== undefined) throw invalidArgument(`customContainerConfig needs runtime ${CONTAINER}`);", "", "an image with another runtime is refused"],
  ]),
  ...planted("functions", "service/actions/code.ts", [
    ["code that is no base64 is taken", "if (zip.length !== expected || zip.length === 0) throw", "if (zip.length < 0) throw", "code that is not base64 is refused"],
  ]),
  ...planted("functions", "service/paging.ts", [
    ["limits below 1 are taken", "if (limit < 1 || limit > 100)", "if (limit > 100)", "a limit below 1 or above 100 is refused"],
    ["any token is taken", "throw invalidArgument(`nextToken '${token}' was not returned by this list`);", "return \"\";", "an invalid token is refused"],
  ]),
  ...planted("functions", "service/fields.ts", [
    ["networks are left out", "vpcConfig: { check: NESTED.VPCConfig, fill: { vpcId: \"\", vSwitchIds: [], securityGroupId: \"\" } },", "vpcConfig: { check: NESTED.VPCConfig },", "vpcConfig has a default value"],
  ]),
  ...planted("layers", "service/fields.ts", [
    ["any number of layers is taken", "return value.length > 5 ?", "return value.length > 50 ?", "a function has at most 5 layers"],
  ]),
  ...planted("layers", "service/view.ts", [
    ["a layer has no time", "    createTime: version.createTime,\n", "", "a layer version has the sent values and an address of its package"],
    ["a layer's license is lost", "    license: version.license,\n", "", "a layer version has the sent values and an address of its package"],
    ["a layer's package has no address", "code: { location, repositoryType: \"OSS\" },", "code: { location: \"\", repositoryType: \"OSS\" },", "a layer version has the sent values and an address of its package"],
  ]),
  ...planted("layers", "service/actions/layer.ts", [
    ["versions are listed from the first on", "const from = Number(startVersion ?? 0);", "const from = 0;", "layer versions are listed from a start number on, without deleted ones"],
    ["the next version is not named", "next === undefined ? { layers } : { layers, nextVersion: next.version }", "next === null ? { layers: [] } : { layers }", "layer versions are listed from a start number on, without deleted ones"],
    ["a deleted version of a layer stays", "  layer.versions.delete(version.version);\n", "", "layer versions are listed from a start number on, without deleted ones"],
    ["a layer that is not there has an empty list", "if (layer === undefined || layer.versions.size === 0) throw layerNotFound(name);", "if (layer === undefined || layer.versions.size === 0) return newLayer(name);", "an unknown layer has no versions to list"],
  ]),
  ...planted("triggers", "service/view.ts", [
    ["a closed trigger has an address all the same", "return closed ? { urlIntranet: address } :", "return closed === undefined ? { urlIntranet: address } :", "an HTTP trigger with disableURLInternet has no public address"],
  ]),
  ...planted("triggers", "service/actions/trigger.ts", [
    ["a trigger stays at its qualifier", "textField(body, \"qualifier\") ?? trigger.qualifier", "trigger.qualifier", "an HTTP trigger that is changed to an alias calls the version of the alias"],
    ["an HTTP trigger needs no methods", "if (type === \"http\" && field(config, \"methods\") === undefined) {", "if (type === \"\") {", "an HTTP trigger with no methods is refused"],
  ]),
  ...planted("triggers", "service/nested.ts", [
    ["any method is taken", "value.every((each) => oneOf(HTTP_METHODS)(each) === undefined)", "value.every((each) => anyText(each) === undefined)", "an HTTP trigger with an unknown method is refused"],
    ["any authType is taken", "const authType = oneOf([\"anonymous\", \"function\", \"jwt\"]);", "const authType = anyText;", "an HTTP trigger with an unknown authType is refused"],
  ]),
  ...planted("triggers", "web/gateway.ts", [
    ["a trigger calls LATEST whatever its qualifier", "    qualifier: trigger.qualifier,\n    methods,", "    qualifier: \"LATEST\",\n    methods,", "an HTTP trigger that is changed to an alias calls the version of the alias"],
  ]),
  ...planted("settings", "service/actions/settings.ts", [
    ["nine retries are taken", "maxAsyncRetryAttempts: integer(0, 8),", "maxAsyncRetryAttempts: integer(0, 9),", "asynchronous settings may not be {\"maxAsyncRetryAttempts\":9}"],
    ["events of no age are taken", "integer(1, Number(largestEventAge))(value)", "integer(0, Number(largestEventAge))(value)", "asynchronous settings may not be {\"maxAsyncEventAgeInSeconds\":0}"],
  ]),
  ...planted("settings", "service/actions/tag.ts", [
    ["any number of tags is taken", "const MAX_TAGS = 20;", "const MAX_TAGS = 1_000;", "a function has at most 20 tags"],
  ]),
  ...planted("settings", "service/view.ts", [
    ["a disabled function looks like any other", "    ...restrictionView(entry),\n", "", "a disabled function cannot be invoked until it is enabled again"],
  ]),
  ...planted("domains", "service/actions/customDomain.ts", [
    ["any path is a route's", "value.startsWith(\"/\") ? undefined", "value !== \"/\" ? undefined", "a route with a path that does not begin with / is refused"],
    ["a route needs no function", "const missing = [\"path\", \"functionName\"].find(", "const missing = [\"path\"].find(", "a route with no function is refused"],
    ["any protocol is taken", "protocol: oneOf([\"HTTP\", \"HTTPS\", \"HTTP,HTTPS\"]),", "protocol: anyText,", "a domain with an unknown protocol is refused"],
  ]),
];
