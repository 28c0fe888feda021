import { createHash } from "node:crypto";
import type { Dataset } from "./dataset";
import type { Expression } from "./expressions";
import type {
  ComputedFeature,
  Contract,
  Entity,
  ExtendedRelation,
  Feature,
  FeatureService,
  FeatureView,
  Relation,
  Source,
} from "./nodes";
import { declaredColumn, hasOneRowPerKey, tiesOfExtension } from "./source-parts";
import { walk } from "./visit";

/** Orders by code point (the `<` of strings orders by UTF-16 unit, which differs beyond the basic plane). */
export function compareCodePoints(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  // Built from entries rather than by assignment, so that a key named "__proto__" stays a key.
  return Object.fromEntries(
    entries.sort(([a], [b]) => compareCodePoints(a, b)).map(([key, item]) => [key, sortKeys(item)]),
  );
}

/** Writes plain data as JSON text with sorted keys and no white space, independent of the original key order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value));
}

function hash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  compareCodePoints(a.name, b.name);

/** The names of the columns that expressions read. */
export function columnsRead(expressions: readonly (Expression | null)[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const expression of expressions) {
    if (expression) walk(expression, (node) => void (node.kind === "column" && names.add(node.name)));
  }
  return names;
}

/**
 * The parts of a source that a reader's values depend on. Excludes its name, its lateness and columns that nobody
 * reads: if another view adds a column to a shared source, this view must not change.
 */
export function meaningOfSource(source: Source, readers: readonly (Expression | null)[]): unknown {
  return meaningOfColumns(source, columnsRead(readers));
}

function meaningOfColumns(source: Source, names: ReadonlySet<string>): unknown {
  const { name: _name, latenessSeconds: _lateness, ...meaning } = source;
  const read = new Set([...names, ...columnsRead([source.filter])]);
  const columns = source.columns.filter((column) => read.has(column.name)).sort(byName);
  const taken = new Set([...read, ...source.key.map((column) => column.name)]);
  return {
    ...meaning,
    relation: meaningOfRelation(source.relation, taken),
    key: [...source.key].sort(byName),
    columns,
    textTieBreaks: textTieBreaks(source),
  };
}

/** The declared texts among the tie-break columns: they sort by code point, and undeclared ones as the database does. */
function textTieBreaks({ tieBreak, key, columns }: Source): readonly string[] | undefined {
  const texts = [...key, ...columns].filter(({ type }) => type === "string").map(({ column }) => column);
  const names = tieBreak.filter((column) => texts.includes(column));
  return names.length > 0 ? names : undefined;
}

function meaningOfRelation(relation: Relation, names: ReadonlySet<string>): unknown {
  if (relation.kind !== "extended") return relation;
  const { kind, base, extension, by } = relation;
  const taken = relation.columns.filter((name) => names.has(name)).sort(compareCodePoints);
  return {
    kind,
    base: meaningOfColumns(base, new Set([...by.map(({ column }) => column), ...names])),
    extension: meaningOfColumns(extension, new Set(taken)),
    by: [...by].sort((one, other) => compareCodePoints(one.key, other.key)),
    columns: taken,
    ties: tiesOfTaken(relation),
  };
}

/** The taken columns, if their values decide which of several rows of a key counts. */
function tiesOfTaken(relation: ExtendedRelation): readonly string[] | undefined {
  const { extension, by } = relation;
  const keys = by.map(({ key }) => declaredColumn(extension, key)?.column ?? key);
  const isDecided = hasOneRowPerKey(extension) || extension.tieBreak.some((column) => !keys.includes(column));
  return isDecided ? undefined : tiesOfExtension(relation);
}

function meaningOfEntity({ name, key, population }: Entity): unknown {
  return { name, key, population: population && meaningOfSource(population, []) };
}

// A missing default is omitted, because keys without a value are not hashed.
function meaningOfFeature({ name, expression, type, nullable, embedding, default: byDefault }: Feature): unknown {
  return { name, expression, type, nullable, embedding, default: byDefault };
}

function meaningOfComputed({ name, expression, type, nullable, default: byDefault }: ComputedFeature): unknown {
  return { name, expression, type, nullable, default: byDefault };
}

/**
 * Returns the hash that an applied version pins: SHA-256 (64 hexadecimal digits) over entity, resolved source, filter,
 * expressions, types and ttl, features sorted by name. It excludes descriptions, contracts, freshness, schedules,
 * owner, tags and the version number: two versions with the same meaning have the same hash.
 */
export function meaningHash(view: FeatureView): string {
  return hash({
    irVersion: view.irVersion,
    name: view.name,
    entity: meaningOfEntity(view.entity),
    source: meaningOfSource(view.source, [view.filter, ...view.features.map((feature) => feature.expression)]),
    filter: view.filter,
    ttlSeconds: view.ttlSeconds,
    features: [...view.features].sort(byName).map(meaningOfFeature),
  });
}

const documentOfContract = (contract: Contract): unknown => ({
  ...contract,
  tags: [...contract.tags].sort(compareCodePoints),
});

/** Returns the SHA-256 of a whole definition, including contracts, descriptions, owner and tags. */
export function documentHash(definition: FeatureView | FeatureService | Dataset): string {
  const tags = [...definition.tags].sort(compareCodePoints);
  if (definition.kind === "dataset") return hash({ ...definition, tags });
  const documented = <F extends Feature | ComputedFeature>(feature: F): unknown => ({
    ...feature,
    contract: documentOfContract(feature.contract),
  });
  if (definition.kind === "feature_service") {
    return hash({ ...definition, tags, computed: definition.computed?.map(documented) });
  }
  return hash({ ...definition, tags, features: [...definition.features].sort(byName).map(documented) });
}

/**
 * Returns the hash that a service's version pins: its entity, its features, inputs and computed features in order,
 * without descriptions and contracts.
 */
export function serviceMeaningHash(service: FeatureService): string {
  const { irVersion, name, entity, features } = service;
  const inputs = service.inputs?.map(({ description: _description, ...input }) => input);
  return hash({ irVersion, name, entity, features, inputs, computed: service.computed?.map(meaningOfComputed) });
}
