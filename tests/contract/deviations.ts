/** Mistakes an emulator of the service could make. Each is planted in ours, and some case has to notice. */
import type { Change } from "./altered";

/** A mistake, and the group of cases that has to notice it. */
export interface Deviation extends Change {
  readonly what: string;
  readonly group: string;
}

/** What a change to the source is meant to do, the source, and what stands there instead. */
type Row = readonly [what: string, code: string, instead: string];

function planted(group: string, file: string, rows: readonly Row[]): Deviation[] {
  return rows.map(([what, code, instead]) => ({ group, file, what, code, instead }));
}

// prettier-ignore
export const DEVIATIONS: readonly Deviation[] = [
  ...planted("versions", "service/actions/version.ts", [
    ["numbers of deleted versions come again", "versionId: String(entry.nextVersion),", "versionId: String(entry.versions.size + 1),"],
    ["numbers begin at 0", "versionId: String(entry.nextVersion),", "versionId: String(entry.nextVersion - 1),"],
    ["a version shares its configuration with LATEST's next one", "config: structuredClone(entry.config),", "get config() { return entry.config; },"],
    ["a version has the code of LATEST", "...(entry.code === undefined ? {} : { code: entry.code }),", "get code() { return entry.code; },"],
    ["a version has no code", "...(entry.code === undefined ? {} : { code: entry.code }),", ""],
    ["every publish makes a version", "if (!mayPublish(world, entry)) return", "if (entry === undefined) return"],
    ["a publish compares with every version there is, not the last publish", "return entry.lastPublished !== contentOf(entry);", "return ![...entry.versions.values()].some((version) => contentOf(version) === contentOf(entry));"],
    ["a publish compares the code alone", "canonical({ code: snapshot.code?.sha256 ?? null, config: snapshot.config })", "canonical({ code: snapshot.code?.sha256 ?? null })"],
    ["a publish compares the configuration alone", "canonical({ code: snapshot.code?.sha256 ?? null, config: snapshot.config })", "canonical({ config: snapshot.config })"],
    ["the oldest version is listed first", "const { direction = \"BACKWARD\" } = request.query;", "const { direction = \"FORWARD\" } = request.query;"],
    ["direction is not looked at", "direction === \"FORWARD\"\n", "direction === undefined\n"],
    ["version 10 comes before version 9", "Number(a) > Number(b);", "a > b;"],
    ["any direction is taken", "if (direction !== \"BACKWARD\" && direction !== \"FORWARD\") {", "if (direction === undefined) {"],
    ["a deleted version stays", "  entry.versions.delete(versionId);\n", ""],
    ["deleting what is not there succeeds", "  findVersion(entry, versionId);\n", ""],
    ["LATEST can be deleted", "if (!/^\\d+$/.test(versionId)) throw invalidArgument(`versionId must be a published", "if (versionId === \"LATEST\") return noContent(); if (!/^\\d+$/.test(versionId)) throw invalidArgument(`versionId must be a published"],
    ["a publish loses its description", "const description = checkDescription(field(body, \"description\"));", "const description = \"\";"],
  ]),
  ...planted("versions", "service/actions/function.ts", [
    ["the code of a version is LATEST's", "const { code } = snapshotOf(world, entry, request.query[\"qualifier\"]);", "const { code } = entry;"],
    ["GetFunction does not look at its qualifier", "const snapshot = snapshotOf(world, entry, request.query[\"qualifier\"]);", "const snapshot = snapshotOf(world, entry, undefined);"],
  ]),
  ...planted("versions", "service/view.ts", [
    ["a version answers no description", "return { versionId, description, createdTime, lastModifiedTime };", "return { versionId, createdTime, lastModifiedTime };"],
  ]),
  ...planted("functions", "service/paging.ts", [
    ["a list ends with an empty token", "...(nextToken === undefined ? {} : { nextToken })", "nextToken: nextToken ?? \"\""],
    ["a page says nothing of the next", "return next === undefined ? { items: page } :", "return next !== null ? { items: page } :"],
    ["every page is the first", "const rest = from === undefined ? ordered :", "const rest = from !== null ? ordered :"],
    ["the first row of the next page is left out", "ordered.filter((item) => !precedes(key(item), from))", "ordered.filter((item) => precedes(from, key(item)))"],
    ["limit is not looked at", "const limit = parseLimit(query.limit);", "const limit = 100;"],
  ]),
  ...planted("versions", "base/errors.ts", [
    ["another code of an unknown version", "new ServiceError(404, \"VersionNotFound\",", "new ServiceError(404, \"FunctionVersionNotFound\","],
    ["another text of a publish without a change", "No changes were made since last publish", "Nothing changed"],
  ]),
  ...planted("aliases", "service/actions/alias.ts", [
    ["an empty map keeps the weights", "isAbsent(weights) ? weightsLeftOut", "isAbsent(weights) || canonical(weights) === \"{}\" ? weightsLeftOut"],
    ["weights are added to those there were", ": parseWeights(world, weights),", ": { ...current.additionalVersionWeight, ...parseWeights(world, weights) },"],
    ["a main version left out is cleared", "isAbsent(versionId) ? current.versionId :", "isAbsent(versionId) ? \"\" :"],
    ["a description left out is cleared", "isAbsent(description) ? current.description :", "isAbsent(description) ? \"\" :"],
    ["weights above 1 are percent", "([id, weight]): [string, number] => {", "([id, given]): [string, number] => {\n    const weight = Number(given) > 1 ? Number(given) / 100 : given;"],
    ["weights below 0 are taken", "weight < 0 || weight > 1) {", "weight > 1) {"],
    ["weight 1 is refused", "weight < 0 || weight > 1) {", "weight < 0 || weight >= 1) {"],
    ["weight 0 is refused", "weight < 0 || weight > 1) {", "weight <= 0 || weight > 1) {"],
    ["weights are kept to two decimals", "return [id, precise(world, id, weight)];", "return [id, Math.round(weight * 100) / 100];"],
    ["weights may come to more than 1", "if (sum > 1 + SUM_TOLERANCE)", "if (sum > 9)"],
    ["a weight's version need not exist", "for (const id of Object.keys(target.additionalVersionWeight)) findVersion(entry, id);", ""],
    ["a main version need not exist", "return findVersion(entry, value).versionId;", "return value;"],
    ["an alias may point to an alias", "if (!/^\\d+$/.test(value)) throw invalidArgument(`versionId must", "if (entry.aliases.has(value)) return value; if (!/^\\d+$/.test(value)) throw invalidArgument(`versionId must"],
    ["creating an alias that exists replaces it", "if (entry.aliases.has(aliasName)) throw aliasExists(aliasName);", ""],
    ["an update makes an alias that does not exist", "const alias = findAlias(entry, request.params[\"aliasName\"] ?? \"\");\n  const body", "const alias = entry.aliases.get(request.params[\"aliasName\"] ?? \"\") ?? ({} as StoredAlias);\n  const body"],
    ["a deleted alias stays", "  entry.aliases.delete(alias.aliasName);\n", ""],
    ["deleting an alias takes its version along", "  entry.aliases.delete(alias.aliasName);\n", "  entry.aliases.delete(alias.aliasName);\n  entry.versions.delete(alias.versionId);\n"],
    ["an alias needs no version", "if (isAbsent(field(body, \"versionId\"))) throw invalidArgument(\"versionId is required but not provided\");", ""],
    ["prefix is not looked at", "({ aliasName }) => aliasName.startsWith(prefix)", "({ aliasName }) => aliasName !== prefix"],
    ["an update is answered and not kept", "Object.assign(alias, target, { lastModifiedTime: timestamp(world) });", "return ok(aliasView({ ...alias, ...target }));"],
    ["an update answers what was before", "Object.assign(alias, target, { lastModifiedTime: timestamp(world) });", "return ok(aliasView(Object.assign({ ...alias }, void Object.assign(alias, target))));"],
  ]),
  ...planted("aliases", "service/view.ts", [
    ["weights are not answered", "if (Object.keys(additionalVersionWeight).length > 0) view", "if (additionalVersionWeight === undefined) view"],
    ["an alias answers no times", "const view: JsonObject = { aliasName, versionId, description, createdTime, lastModifiedTime };", "const view: JsonObject = { aliasName, versionId, description };"],
  ]),
  ...planted("aliases", "service/fields.ts", [
    ["an alias may be called LATEST", "if (name === \"LATEST\") throw", "if (name === \"\") throw"],
    ["aliases have names of 64 characters", "checkName(\"aliasName\", value, 128)", "checkName(\"aliasName\", value, 64)"],
  ]),
  ...planted("aliases", "base/errors.ts", [
    ["an alias that exists is a 400", "new ServiceError(409, \"AliasAlreadyExists\",", "new ServiceError(400, \"AliasAlreadyExists\","],
  ]),
  ...planted("functions", "service/actions/function.ts", [
    ["creating a function that exists replaces it", "if (world.store.functions.has(functionName)) throw functionExists(functionName);", ""],
    ["a deleted function stays", "  world.store.functions.delete(entry.functionName);\n", ""],
    ["an update loses the code", "if (current !== undefined) entry.code = current;", "if (code === undefined) delete entry.code; else entry.code = code;"],
    ["new code is not taken by an update", "if (current !== undefined) entry.code = current;", ""],
    ["an update without code is refused", "const current = code ?? entry.code;", "const current = code;"],
    ["an update is a new function", "  entry.revision += 1;\n", "  entry.revision += 1;\n  entry.functionId = randomUUID();\n"],
    ["prefix is not looked at", "prefix === undefined || entry.functionName.startsWith(prefix)", "prefix !== entry.functionName"],
    ["tags are not looked at", "wantedTags.every((wanted)", "[].every((wanted: StoredFunction[\"tags\"][number])"],
    ["runtime is not looked at", "runtime === undefined || entry.config[\"runtime\"] === runtime", "runtime !== entry.functionName"],
    ["functions of this generation are thought of an older one", "fcVersion === \"v3\" ?", "fcVersion === \"v2\" ?"],
    ["tags of a new function are lost", "const tags = parseTags(field(body, \"tags\"));", "const tags = parseTags(undefined);"],
  ]),
  ...planted("functions", "service/fields.ts", [
    ["an update clears what it leaves out", "return { ...current, ...checkedFields(operation, request, UPDATE_FIELDS) };", "return { ...newConfig(operation, { runtime: current[\"runtime\"] ?? null, handler: current[\"handler\"] ?? null }), ...checkedFields(operation, request, UPDATE_FIELDS) };"],
    ["a handler may be empty", "value === \"\" ? \"is required but not provided\" : undefined) },\n  description", "value === null ? \"\" : undefined) },\n  description"],
    ["another memory is filled in", "multipleOf(64)(value), fill: 512 }", "multipleOf(64)(value), fill: 128 }"],
    ["another timeout is filled in", "integer(1, 86400), fill: 3 }", "integer(1, 86400), fill: 60 }"],
    ["timeouts end at 600 seconds", "integer(1, 86400), fill: 3 }", "integer(1, 600), fill: 3 }"],
    ["memory comes in steps of 1 MB", "?? multipleOf(64)(value), fill: 512 }", ", fill: 512 }"],
    ["reserved names of variables are taken", "if (name.startsWith(\"FC_\"))", "if (name.startsWith(\"\\0\"))"],
    ["variables have no limit", "return bytes > MAX_ENVIRONMENT_BYTES ?", "return bytes < 0 ?"],
    ["cores and memory need not fit", "if (ratio < 1 - 1e-9 || ratio > 4 + 1e-9) {", "if (ratio < 0) {"],
    ["names may begin with a digit", "const NAME = /^[_a-zA-Z]", "const NAME = /^[_a-zA-Z0-9]"],
    ["unknown runtimes are taken", "runtime: { check: oneOf(RUNTIMES) },", "runtime: { check: anyText },"],
  ]),
  ...planted("functions", "service/view.ts", [
    ["the ARN has no region", "`acs:fc:${identity.region}:${identity.accountId}:functions/${name}`", "`acs:fc::${identity.accountId}:functions/${name}`"],
    ["times have milliseconds", "createdTime: entry.createdTime,\n    lastModifiedTime: snapshot", "createdTime: entry.createdTime.replace(\"Z\", \".000Z\"),\n    lastModifiedTime: snapshot"],
  ]),
  ...planted("functions", "base/crc64.ts", [
    ["another checksum", "let high = 0xffffffff;\n  let low = 0xffffffff;", "let high = 0;\n  let low = 0;"],
  ]),
  ...planted("functions", "base/errors.ts", [
    ["another text of an unknown function", "`function '${name}' does not exist`", "`function ${name} not found`"],
    ["a function that exists is a 400", "new ServiceError(409, \"FunctionAlreadyExists\",", "new ServiceError(400, \"FunctionAlreadyExists\","],
  ]),
  ...planted("functions", "service/paging.ts", [
    ["limits above 100 are taken", "if (limit < 1 || limit > 100)", "if (limit < 1)"],
    ["an empty token is refused", "query.nextToken === undefined || query.nextToken === \"\" ?", "query.nextToken === undefined ?"],
  ]),
  ...planted("invocations", "service/actions/invoke.ts", [
    ["main gets the weight of the other", "if (drawn < upTo) return versionId;", "if (drawn >= upTo) return versionId;"],
    ["weights are not looked at", "if (shares.length === 0) return", "if (shares.length >= 0) return"],
    ["any weight is half", "    upTo += share;\n", "    upTo += share > 0 && share < 1 ? 0.5 : share;\n"],
    ["all calls go to one version once weighed", "const drawn = random();", "const drawn = 0.3;"],
    ["a version runs the code of LATEST", "return { entry, snapshot: found.version, qualifier: versionId, versionId };", "return { entry, snapshot: entry, qualifier: versionId, versionId };"],
    ["the caller's version is the alias", "\"x-fc-invocation-function-version\": target.versionId,", "\"x-fc-invocation-function-version\": target.qualifier,"],
    ["the checksum is LATEST's", "\"x-fc-code-checksum\": target.snapshot.code?.checksum ?? \"\",", "\"x-fc-code-checksum\": target.entry.code?.checksum ?? \"\","],
    ["a version has the variables of LATEST", "  const { config } = target.snapshot;\n  const variables", "  const { config } = target.entry;\n  const variables"],
    ["a function's failure is a 500", "return { status: 200, headers, body };", "return { status: errorType === undefined ? 200 : 500, headers, body };"],
    ["errors have no type", "if (errorType !== undefined) headers[\"x-fc-error-type\"] = errorType;", ""],
    ["every error is unhandled", "errorAnswer(outcome.handled ? \"HandledInvocationError\" :", "errorAnswer(outcome.body === undefined ? \"HandledInvocationError\" :"],
    ["an asynchronous call waits", "if (!isAsync) return respond", "if (request.body !== undefined) return respond"],
    ["an asynchronous call is a 200", "return { status: 202, headers: taskId", "return { status: 200, headers: taskId"],
    ["no log is answered", "if ((request.headers[\"x-fc-log-type\"] ?? \"\").toLowerCase() === \"tail\") {", "if (request.headers[\"x-fc-log-type\"] === \"\") {"],
    ["the log is always answered", "if ((request.headers[\"x-fc-log-type\"] ?? \"\").toLowerCase() === \"tail\") {", "if (request.headers[\"x-fc-log-type\"] !== \"\") {"],
  ]),
  ...planted("invocations", "base/requestId.ts", [
    ["request ids are UUIDs", "`1-${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16)}`", "`${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}0000`"],
  ]),
  ...planted("settings", "service/actions/settings.ts", [
    ["a setting is one for all qualifiers", "  if (scope === \"function\" || asked === undefined || asked === \"\") return LATEST;", "  if (asked !== null) return LATEST;"],
    ["instances are provisioned for versions", "if (scope === \"LATEST or alias\" && found.kind === \"version\") {", "if (scope === \"any\" && found === undefined) {"],
    ["provisioned instances that were never set are a 404", "unset: () => ok({ target: 0, current: 0, scheduledActions: [], targetTrackingPolicies: [] }),", "unset: asyncConfigNotFound as never,"],
    ["a setting that is taken back stays", "kind.settings(entry).delete(qualifierOf(world, entry, request, kind));", "qualifierOf(world, entry, request, kind);"],
    ["settings of a function are not listed", "functionName === undefined || functionName === \"\" || entry.functionName === functionName", "functionName !== entry.functionName"],
    ["a setting is kept without its fields", "const fields = checkedFields(kind, request, world.options);", "const fields = checkedFields(kind, request, world.options) && {};"],
    ["a reserved concurrency may be left out", "required: [\"reservedConcurrency\"],", ""],
  ]),
  ...planted("settings", "service/actions/function.ts", [
    ["a function with provisioned instances is deleted", "if (entry.provisionConfigs.size > 0) throw", "if (entry.triggers === undefined) throw"],
    ["a function with scaled instances is deleted", "if (entry.scalingConfigs.size > 0) throw", "if (entry.triggers === undefined) throw"],
  ]),
  ...planted("triggers", "service/actions/trigger.ts", [
    ["a second HTTP trigger is taken", "if (type !== \"http\") return;", "if (type !== \"\") return;"],
    ["a trigger that exists is replaced", "if (entry.triggers.has(triggerName)) throw triggerExists(triggerName);", ""],
    ["a trigger's update is not kept", "  Object.assign(trigger, {\n", "  Object.assign({}, trigger, {\n"],
    ["a trigger's qualifier need not exist", "  findQualified(world, entry, qualifier);\n", ""],
    ["any type of trigger is taken", "if (!TYPES.includes(triggerType)) {", "if (triggerType === \"\") {"],
    ["a deleted trigger stays", "  entry.triggers.delete(trigger.triggerName);\n", ""],
    ["triggers are not listed by prefix", "({ triggerName }) => triggerName.startsWith(prefix)", "({ triggerName }) => triggerName !== prefix"],
  ]),
  ...planted("settings", "service/actions/tag.ts", [
    ["a tag with a key there is stays as it was", "[...current, ...added].map((tag)", "[...added, ...current].map((tag)"],
    ["taking tags away takes all", "entry.tags.filter((tag) => !keys.includes(tag.key))", "entry.tags.filter((tag) => keys.length === 0 || tag.key === \"\")"],
    ["tags are not listed", "{ RequestId: request.requestId, TagResources: page.items }", "{ RequestId: request.requestId, TagResources: [] }"],
    ["a tagged resource need not exist", "if (entry === undefined || arn !== functionArn(world.identity, name)) throw", "if (entry === undefined) throw"],
  ]),
  ...planted("triggers", "service/actions/function.ts", [
    ["a function with triggers is deleted", "if (entry.triggers.size > 0) throw", "if (entry.triggers === undefined) throw"],
  ]),
  ...planted("triggers", "base/errors.ts", [
    ["an unknown trigger is another code", "\"TriggerNotFound\"", "\"TriggerNotExist\""],
  ]),
  ...planted("layers", "service/actions/layer.ts", [
    ["numbers of layer versions come again", "version: layer.nextVersion,", "version: layer.versions.size + 1,"],
    ["a layer need not exist", "if (layer === undefined || version === undefined) throw layerVersionNotFound(name, number);\n  return { layer, version };\n}\n\nfunction findLayer", "if (layer === undefined || version === undefined) return OFFICIAL;\n  return { layer, version };\n}\n\nfunction findLayer"],
    ["a layer is for every runtime", "if (version.compatibleRuntime.length === 0 ||", "if (version.compatibleRuntime.length >= 0 ||"],
    ["layers are listed by their oldest version", "ordered(layer).slice(-1).map", "ordered(layer).slice(0, 1).map"],
    ["a layer stays private", "layer.isPublic = wantedAccess(request.query[\"acl\"], request.query[\"public\"]);", "wantedAccess(request.query[\"acl\"], request.query[\"public\"]);"],
  ]),
  ...planted("domains", "service/actions/customDomain.ts", [
    ["a domain's update clears what it leaves out", "domain.config = { ...domain.config, ...checkedFields(body) };", "domain.config = checkedFields(body);"],
    ["a domain that exists is replaced", "if (world.store.customDomains.has(domainName)) throw domainExists(domainName);", ""],
    ["domains are not listed by prefix", "({ domainName }) => domainName.startsWith(prefix)", "({ domainName }) => domainName !== prefix"],
    ["any word is a domain", "|| !DOMAIN.test(domainName)) {", ") {"],
  ]),
  ...planted("settings", "service/actions/invocation.ts", [
    ["a disabled function is called all the same", "entry.invocationRestriction = { reason, lastModifiedTime: timestamp(world) };", "timestamp(world); reason.trim();"],
    ["enabling does nothing", "  delete entry.invocationRestriction;\n", ""],
  ]),
  ...planted("domains", "base/errors.ts", [
    ["a domain that exists is a 400", "new ServiceError(409, \"DomainNameAlreadyExists\",", "new ServiceError(400, \"DomainNameAlreadyExists\","],
  ]),
  ...planted("functions", "service/actions/function.ts", [
    ["an image goes with any runtime", "if (image !== undefined) throw invalidArgument(`customContainerConfig needs runtime ${CONTAINER}`);", ""],
  ]),
  ...planted("functions", "service/actions/code.ts", [
    ["code that is no base64 is taken", "if (zip.length !== expected || zip.length === 0) throw", "if (zip.length < 0) throw"],
  ]),
  ...planted("functions", "service/paging.ts", [
    ["limits below 1 are taken", "if (limit < 1 || limit > 100)", "if (limit > 100)"],
    ["any token is taken", "if (!text.startsWith(\"k:\")) throw", "if (text === \"\") throw"],
  ]),
  ...planted("functions", "service/fields.ts", [
    ["networks are left out", "vpcConfig: { check: NESTED.VPCConfig, fill: { vpcId: \"\", vSwitchIds: [], securityGroupId: \"\" } },", "vpcConfig: { check: NESTED.VPCConfig },"],
  ]),
  ...planted("layers", "service/fields.ts", [
    ["any number of layers is taken", "return value.length > 5 ?", "return value.length > 50 ?"],
  ]),
  ...planted("layers", "service/view.ts", [
    ["a layer has no time", "    createTime: version.createTime,\n", ""],
    ["a layer's license is lost", "    license: version.license,\n", ""],
    ["a layer's package has no address", "code: { location, repositoryType: \"OSS\" },", "code: { location: \"\", repositoryType: \"OSS\" },"],
  ]),
  ...planted("layers", "service/actions/layer.ts", [
    ["versions are listed from the first on", "const from = Number(startVersion ?? 0);", "const from = 0;"],
    ["the next version is not named", "next === undefined ? { layers } : { layers, nextVersion: next.version }", "next === null ? { layers: [] } : { layers }"],
    ["a deleted version of a layer stays", "  layer.versions.delete(version.version);\n", ""],
    ["a layer that is not there has an empty list", "if (layer === undefined || layer.versions.size === 0) throw layerNotFound(name);", "if (layer === undefined || layer.versions.size === 0) return newLayer(name);"],
  ]),
  ...planted("triggers", "service/view.ts", [
    ["a closed trigger has an address all the same", "return closed ? { urlIntranet: address } :", "return closed === undefined ? { urlIntranet: address } :"],
  ]),
  ...planted("triggers", "service/actions/trigger.ts", [
    ["a trigger stays at its qualifier", "textField(body, \"qualifier\") ?? trigger.qualifier", "trigger.qualifier"],
    ["HTTP triggers are not looked into", "if (type === \"http\") checkHttpConfig(config);", ""],
    ["any method is taken", "methods.length === 0 || !methods.every(known)) {", "methods.length === 0 || known(null)) {"],
    ["any authType is taken", "authType: oneOf(AUTH_TYPES),", "authType: anyText,"],
  ]),
  ...planted("triggers", "web/gateway.ts", [
    ["a trigger calls LATEST whatever its qualifier", "    qualifier: trigger.qualifier,\n    methods,", "    qualifier: \"LATEST\",\n    methods,"],
  ]),
  ...planted("settings", "service/actions/settings.ts", [
    ["nine retries are taken", "maxAsyncRetryAttempts: integer(0, 8),", "maxAsyncRetryAttempts: integer(0, 9),"],
    ["events of no age are taken", "integer(1, Number(largestEventAge))(value)", "integer(0, Number(largestEventAge))(value)"],
  ]),
  ...planted("settings", "service/actions/tag.ts", [
    ["any number of tags is taken", "if (!Array.isArray(value) || value.length > MAX_TAGS) throw", "if (!Array.isArray(value)) throw"],
  ]),
  ...planted("settings", "service/view.ts", [
    ["a disabled function looks like any other", "    ...restrictionView(entry),\n", ""],
  ]),
  ...planted("domains", "service/actions/customDomain.ts", [
    ["any path is a route's", "value.startsWith(\"/\") ? undefined", "value !== \"/\" ? undefined"],
    ["a route needs no function", "for (const name of [\"path\", \"functionName\"]) {", "for (const name of [\"path\"]) {"],
    ["any protocol is taken", "protocol: oneOf([\"HTTP\", \"HTTPS\", \"HTTP,HTTPS\"]),", "protocol: anyText,"],
  ]),
];
