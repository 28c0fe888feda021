import type { Entity, ScalarType, ValueType } from "@featstore/definitions/compiler";
import { eachElement, eachMember, FeatstoreError, JsonTextError, parsed } from "../../core/index";
import { findFeature, findVersion, type RegistrySnapshot } from "../../registry/index";
import { type Choice, constantText, InputRefusal, inputReader, mixedEntities, valueWriter } from "../../serving/index";
import type { Comparison, FilteredFeature, VectorFilter } from "../vector-search";

/** A filter with resolved features, whose views are identified by label. */
export interface SearchFilter {
  /** Each feature once, in the order of the filter. */
  readonly choices: readonly Choice[];
  /** `viewOf` returns the index of a label in the searched views. */
  build(viewOf: (label: string) => number): VectorFilter;
}

type Build = (viewOf: (label: string) => number) => VectorFilter;

const REFERENCE = /^([a-z][a-z0-9_]{0,39})(?:@([1-9][0-9]{0,8}))?\.([a-z][a-z0-9_]{0,39})$/;
const COMPARISONS: readonly Comparison[] = ["eq", "ne", "lt", "lte", "gt", "gte"];
const FORM = 'a filter is {"and": […]}, {"or": […]}, {"not": …} or {"feature", "op", "value"}';
const DEEPEST = 16;
const MAX_CONDITIONS = 100;
const MAX_VALUES = 1000;

/** PostgreSQL's types of comparable features. */
const DATABASE_TYPES: Readonly<Partial<Record<ValueType, string>>> = {
  bool: "boolean",
  int32: "integer",
  int64: "bigint",
  float32: "real",
  float64: "double precision",
  decimal: "numeric",
  string: "text",
  timestamp: "timestamptz",
  date: "date",
  uuid: "uuid",
};

/**
 * Reads a filter from its JSON text, with values of the features' types.
 * Errors: `filter_invalid`, `mixed_entities`, and those of finding a view, a version or a feature, each with its path.
 */
export function readSearchFilter(text: string, snapshot: RegistrySnapshot, entity: Entity): SearchFilter {
  const choices = new Map<string, Choice>();
  let conditions = 0;
  let listed = 0;

  const chosen = (reference: unknown, path: string): Choice => {
    const [, name, version, feature] = (typeof reference === "string" && REFERENCE.exec(reference)) || [];
    if (name === undefined || feature === undefined) {
      throw invalid(path, "name a feature: view.feature or view@2.feature");
    }
    const choice = withPath(path, () => {
      const registered = findVersion(snapshot, name, version);
      const label = version === undefined ? name : `${name}@${version}`;
      return { label, registered, feature: findFeature(registered, feature) };
    });
    const own = choice.registered.view.entity;
    if (own.name !== entity.name) throw mixedEntities(entity, [{ label: path, entity: own }]);
    choices.set(`${choice.label}.${feature}`, choice);
    return choice;
  };

  const condition = (members: ReadonlyMap<string, string>, path: string): Build => {
    if (++conditions > MAX_CONDITIONS) throw invalid(path, `a filter has at most ${MAX_CONDITIONS} conditions`);
    const choice = chosen(parsed(members.get("feature") ?? "null"), `${path}.feature`);
    const operator = parsed(members.get("op") ?? "null");
    const value = members.get("value");
    const at = `${path}.value`;
    const { type } = choice.feature;
    const filtered: Omit<FilteredFeature, "view"> = {
      feature: choice.feature.name,
      databaseType: DATABASE_TYPES[type] ?? "text",
      isText: type === "string",
      fallback: choice.feature.default === undefined ? null : plain(constantText(type, choice.feature.default)),
    };
    const of = (viewOf: (label: string) => number): FilteredFeature => ({ ...filtered, view: viewOf(choice.label) });
    if (operator === "is_null") {
      const isNull = value === undefined ? true : parsed(value);
      if (typeof isNull !== "boolean") throw invalid(at, "expected true or false for is_null");
      return (viewOf) => ({ kind: "is_null", isNull, ...of(viewOf) });
    }
    const comparison = COMPARISONS.find((candidate) => candidate === operator);
    if (comparison === undefined && operator !== "in") {
      throw invalid(`${path}.op`, `expected one of ${COMPARISONS.join(", ")}, in, is_null`);
    }
    if (DATABASE_TYPES[type] === undefined) {
      throw invalid(
        `${path}.op`,
        `"${choice.label}.${choice.feature.name}" has type ${type}, which supports only is_null`,
      );
    }
    if (type === "bool" && comparison !== undefined && comparison !== "eq" && comparison !== "ne") {
      throw invalid(`${path}.op`, "booleans have no order: use eq or ne");
    }
    if (value === undefined) throw invalid(at, "it is required");
    if (comparison === undefined) {
      const values = elementsOf(value, at).map((each, index) => comparedText(type, each, `${at}[${index}]`));
      listed += values.length;
      if (values.length === 0 || listed > MAX_VALUES)
        throw invalid(at, `expected 1 to ${MAX_VALUES} values for in, counted over all conditions`);
      return (viewOf) => ({ kind: "in", values, ...of(viewOf) });
    }
    const compared = comparedText(type, value, at);
    return (viewOf) => ({ kind: "compare", comparison, value: compared, ...of(viewOf) });
  };

  const read = (node: string, path: string, depth: number): Build => {
    if (depth > DEEPEST) throw invalid(path, `a filter is at most ${DEEPEST} levels deep`);
    const members = membersOf(node, path);
    const kind = (["and", "or", "not", "feature"] as const).find((candidate) => members.has(candidate));
    const allowed: readonly (string | undefined)[] = kind === "feature" ? ["feature", "op", "value"] : [kind];
    const stranger = [...members.keys()].find((name) => !allowed.includes(name));
    if (kind === undefined || stranger !== undefined) throw invalid(path, FORM);
    const inner = members.get(kind) ?? "";
    if (kind === "feature") return condition(members, path);
    if (kind === "not") {
      const filter = read(inner, `${path}.not`, depth + 1);
      return (viewOf) => ({ kind: "not", filter: filter(viewOf) });
    }
    const filters = elementsOf(inner, `${path}.${kind}`).map((each, index) =>
      read(each, `${path}.${kind}[${index}]`, depth + 1),
    );
    if (filters.length === 0) throw invalid(`${path}.${kind}`, "it is empty");
    return (viewOf) => ({ kind, filters: filters.map((filter) => filter(viewOf)) });
  };

  const build = read(text, "filter", 1);
  return { choices: [...choices.values()], build };
}

/** Returns a value as text that PostgreSQL casts to the type. */
function comparedText(type: ValueType, json: string, path: string): string {
  if (json === "null") throw invalid(path, "null equals nothing: use is_null");
  try {
    // Only comparable features reach this point, and these are scalar.
    const read = inputReader({ name: "value", type: type as ScalarType, nullable: false, description: null });
    const text = plain(valueWriter(type)(read(json)));
    // Beyond the years 1 to 9999, which an offset can reach, the database formats times differently.
    if ((type === "timestamp" || type === "date") && !/^[0-9]/.test(text))
      throw invalid(path, "expected a year from 1 to 9999");
    return text;
  } catch (error) {
    if (!(error instanceof InputRefusal)) throw error;
    throw invalid(path, error.detail);
  }
}

/** Returns the JSON text of a scalar without its quotes. */
function plain(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

function membersOf(text: string, path: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  try {
    eachMember(text, (name, value) => {
      if (members.has(name)) throw invalid(`${path}.${name.slice(0, 60)}`, "it occurs twice");
      members.set(name, value.text);
    });
  } catch (error) {
    throw formFault(error, text, path);
  }
  return members;
}

function elementsOf(text: string, path: string): readonly string[] {
  const elements: string[] = [];
  try {
    eachElement(text, (element) => void elements.push(element));
  } catch (error) {
    throw formFault(error, text, path, "it must be an array");
  }
  return elements;
}

function formFault(error: unknown, text: string, path: string, detail = FORM): unknown {
  if (!(error instanceof JsonTextError || error instanceof SyntaxError)) return error;
  parsed(text);
  return invalid(path, detail);
}

/** Adds the filter's path to an error of the registry lookup. */
function withPath<Result>(path: string, find: () => Result): Result {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof FeatstoreError)) throw error;
    throw new FeatstoreError(error.code, error.detail, { errors: [{ path, detail: error.detail }] });
  }
}

function invalid(path: string, detail: string): FeatstoreError {
  return new FeatstoreError("filter_invalid", `${path}: ${detail}.`, { errors: [{ path, detail }] });
}
