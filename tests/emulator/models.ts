/** The models of the SDK, read at run time: makes a value of a model, and finds differences between an answer and its model. */
import * as fc from "@alicloud/fc20230330";

/** A model class of the SDK: field names to names on the wire, and to types. */
export interface Model {
  readonly name: string;
  names(): Record<string, string>;
  types(): Record<string, unknown>;
}

/** A type in the form in which a model of the SDK describes a field. */
type Type = string | Model | { readonly type: string; readonly itemType?: Type; readonly valueType?: Type };

/** The model of an operation's answer; undefined if the answer has no body, or a body that is not JSON. */
export function answerModel(operation: string): Model | undefined {
  const response = modelNamed(`${operation}Response`);
  const body = response.types()["body"];
  return isModel(body) ? body : undefined;
}

/** A model by its name. */
export function modelNamed(name: string): Model {
  const found = (fc as unknown as Record<string, unknown>)[name];
  if (!isModel(found)) throw new Error(`the SDK has no model ${name}`);
  return found;
}

/** A generated value with every field of the model, at every depth. */
export function filled(model: Model): Record<string, unknown> {
  const types = model.types() as Record<string, Type>;
  return Object.fromEntries(Object.entries(types).map(([field, type]) => [field, valueOf(type)]));
}

function valueOf(type: Type): unknown {
  if (isModel(type)) return filled(type);
  if (typeof type !== "string") {
    if (type.type === "array") return [valueOf(type.itemType ?? "string")];
    return { key: valueOf(type.valueType ?? "string") };
  }
  const scalars: Record<string, unknown> = { string: "text", number: 1, boolean: true };
  if (!Object.hasOwn(scalars, type)) throw new Error(`a type that is new here: ${type}`);
  return scalars[type];
}

/** Every field of a model and of those inside it, as `Model.field`. */
export function fieldsOf(model: Model, into = new Set<string>()): Set<string> {
  for (const [field, type] of Object.entries(model.types()) as [string, Type][]) {
    const name = `${model.name}.${field}`;
    if (into.has(name)) continue;
    into.add(name);
    const inner = innerModel(type);
    if (inner !== undefined) fieldsOf(inner, into);
  }
  return into;
}

/** Names of the models inside a model, at every depth. */
export function modelsIn(model: Model): string[] {
  return Object.values(model.types() as Record<string, Type>).flatMap((type) => {
    const inner = innerModel(type);
    return inner === undefined ? [] : [inner.name, ...modelsIn(inner)];
  });
}

function innerModel(type: Type): Model | undefined {
  if (isModel(type)) return type;
  if (typeof type !== "object") return undefined;
  return innerModel(type.itemType ?? type.valueType ?? "string");
}

/**
 * The differences between an answer and its model: fields that the model does not have, and values of another type. The fields
 * of the answer are added to `seen`, as `Model.field`.
 */
export function differences(value: unknown, type: Type, path: string, seen: Set<string>): string[] {
  if (isModel(type)) return modelDifferences(value, type, path, seen);
  if (typeof type === "string") {
    return typeof value === type || type === "any" ? [] : [`${path} is ${typeof value}, not ${type}`];
  }
  if (type.type === "array") {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, at) => differences(item, type.itemType ?? "any", `${path}[${at}]`, seen));
  }
  if (!isRecord(value)) return [`${path} is no map`];
  return Object.entries(value).flatMap(([key, item]) =>
    differences(item, type.valueType ?? "any", `${path}.${key}`, seen),
  );
}

function modelDifferences(value: unknown, model: Model, path: string, seen: Set<string>): string[] {
  if (!isRecord(value)) return [`${path} is no object`];
  const types = model.types() as Record<string, Type>;
  const byWire = new Map(Object.entries(model.names()).map(([field, wire]) => [wire, field]));
  return Object.entries(value).flatMap(([wire, item]) => {
    const field = byWire.get(wire);
    if (field === undefined) return [`${path}.${wire} is no field of ${model.name}`];
    seen.add(`${model.name}.${field}`);
    return differences(item, types[field] ?? "any", `${path}.${wire}`, seen);
  });
}

/** Whether a value is a model class of the SDK. */
export function isModel(value: unknown): value is Model {
  return typeof value === "function" && "names" in value && "types" in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
