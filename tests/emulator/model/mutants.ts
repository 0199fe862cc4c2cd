/**
 * Mistakes that tests plant in the emulator's actions. At least one random sequence of requests must find each mistake.
 */

type Mutant = readonly [what: string, file: string, code: string, instead: string];

// prettier-ignore
export const MUTANTS: readonly Mutant[] = [
  ["numbers of deleted versions come again", "service/actions/version.ts", "versionId: String(entry.nextVersion),", "versionId: String(entry.versions.size + 1),"],
  ["a version shares its configuration with LATEST's next one", "service/actions/version.ts", "config: structuredClone(entry.config),", "get config() { return entry.config; },"],
  ["every publish makes a version", "service/actions/version.ts", "if (!mayPublish(world, entry)) return", "if (entry === undefined) return"],
  ["a publish is compared with every version there is", "service/actions/version.ts", "return entry.lastPublished !== contentOf(entry);", "return ![...entry.versions.values()].some((version) => contentOf(version) === contentOf(entry));"],
  ["the oldest version is listed first", "service/actions/version.ts", "const { direction = \"BACKWARD\" } = request.query;", "const direction: string = \"FORWARD\";"],
  ["a deleted version stays", "service/actions/version.ts", "  entry.versions.delete(versionId);\n", ""],
  ["deleting a version that is not there succeeds", "service/actions/version.ts", "  findVersion(entry, versionId);\n", ""],
  ["a publish loses its description", "service/actions/version.ts", "const description = checkDescription(field(body, \"description\"));", "const description = \"\";"],
  ["an alias's empty map keeps the weights", "service/actions/alias.ts", "isAbsent(weights) ? weightsLeftOut", "isAbsent(weights) || canonical(weights) === \"{}\" ? weightsLeftOut"],
  ["weights are added to those there were", "service/actions/alias.ts", ": parseWeights(world, weights),", ": { ...current.additionalVersionWeight, ...parseWeights(world, weights) },"],
  ["a description of an alias that is left out is cleared", "service/actions/alias.ts", "isAbsent(description) ? current.description :", "isAbsent(description) ? \"\" :"],
  ["weights may come to more than 1", "service/actions/alias.ts", "if (sum > 1 + SUM_TOLERANCE)", "if (sum > 9)"],
  ["weight 0 is refused", "service/actions/alias.ts", "weight < 0 || weight > 1) {", "weight <= 0 || weight > 1) {"],
  ["a weight's version need not exist", "service/actions/alias.ts", "for (const id of Object.keys(target.additionalVersionWeight)) findVersion(entry, id);", ""],
  ["weights left alone need versions that exist", "service/actions/alias.ts", "  if (!isAbsent(weights)) {\n    for", "  if (entry !== undefined) {\n    for"],
  ["a main version need not exist", "service/actions/alias.ts", "return findVersion(entry, value).versionId;", "return value;"],
  ["creating an alias that exists replaces it", "service/actions/alias.ts", "if (entry.aliases.has(aliasName)) throw aliasExists(aliasName);", ""],
  ["deleting an alias takes its version along", "service/actions/alias.ts", "  entry.aliases.delete(alias.aliasName);\n", "  entry.aliases.delete(alias.aliasName);\n  entry.versions.delete(alias.versionId);\n"],
  ["an update of an alias is answered and not kept", "service/actions/alias.ts", "Object.assign(alias, target, { lastModifiedTime: timestamp(world) });", "return ok(aliasView({ ...alias, ...target }));"],
  ["creating a function that exists replaces it", "service/actions/function.ts", "if (world.store.functions.has(functionName)) throw functionExists(functionName);", ""],
  ["GetFunction does not look at its qualifier", "service/actions/function.ts", "const snapshot = snapshotOf(world, entry, request.query[\"qualifier\"]);", "const snapshot = snapshotOf(world, entry, undefined);"],
  ["a function with triggers is deleted", "service/actions/function.ts", "if (entry.triggers.size > 0) throw", "if (entry.triggers.size > 9) throw"],
  ["a function with provisioned instances is deleted", "service/actions/function.ts", "if (entry.provisionConfigs.size > 0) throw", "if (entry.provisionConfigs.size > 9) throw"],
  ["an update of a function clears its tags", "service/actions/function.ts", "  entry.revision += 1;\n", "  entry.revision += 1;\n  entry.tags = [];\n"],
  ["new tags replace those there were", "service/actions/tag.ts", "new Map([...current, ...added]", "new Map([...added]"],
  ["tags are not taken off", "service/actions/tag.ts", "!keys.includes(tag.key)", "keys !== undefined"],
  ["creating a trigger that exists replaces it", "service/actions/trigger.ts", "if (entry.triggers.has(triggerName)) throw triggerExists(triggerName);", ""],
  ["a deleted trigger stays", "service/actions/trigger.ts", "  entry.triggers.delete(trigger.triggerName);\n  world.store.save(entry);\n  await", "  world.store.save(entry);\n  await"],
  ["a description of a trigger is not updated", "service/actions/trigger.ts", "description: description === undefined ? trigger.description : checkDescription(description),", "description: trigger.description,"],
  ["a setting is answered and not kept", "service/actions/settings.ts", "      settings.set(qualifier, setting);\n", ""],
  ["a setting that is taken away stays", "service/actions/settings.ts", "kind.settings(entry).delete(qualifierOf(world, entry, request, kind));", ""],
  ["a disabled function does not say so", "service/view.ts", "    ...restrictionView(entry),\n", ""],
  ["enabling leaves the function disabled", "service/actions/invocation.ts", "  delete entry.invocationRestriction;\n", ""],
  ["limit is not looked at", "service/paging.ts", "const limit = parseLimit(query.limit);", "const limit = 100;"],
  ["a page says nothing of the next", "service/paging.ts", "return next === undefined ? { items: page } :", "return next !== null ? { items: page } :"],
];
