import { quoteName } from "../database/index";
import { KEY_SEPARATOR } from "../serving/index";
import {
  type AddParameter,
  filterCondition,
  filteredRows,
  isFresh,
  requiredViews,
  sameKeys,
} from "./filter/vector-filter-sql";
import type { Metric, VectorFilter, VectorSearch } from "./vector-search";

/** The parameters of `featstore.search_vectors`. */
export interface VectorSearchSql {
  readonly texts: {
    readonly generation: string;
    readonly few?: string;
    readonly indexed?: string;
    readonly exact: string;
  };
  readonly parameters: readonly string[];
}

/** Maximum candidates that are compared one by one. */
const MAX_COMPARED = 5000;
/** Maximum candidates known in advance that are compared; beyond, the index finds enough of them faster. */
const MAX_KNOWN_COMPARED = 1500;
/** From this number of dimensions on, the index has half precision. */
const MAX_EXACT_DIMENSIONS = 2000;
const OPERATORS: Readonly<Record<Metric, string>> = { cosine: "<=>", l2: "<->", inner_product: "<#>" };
const KEY_TYPES = { int32: "integer", int64: "bigint", string: "text", uuid: "uuid" } as const;

export function vectorSearchSql(search: VectorSearch): VectorSearchSql {
  const parameters: string[] = [];
  const parameter: AddParameter = (value) => `($1)[${parameters.push(value)}]`;
  const { filter, candidates } = search;
  const parts = searchParts(search, parameter);
  const isIndexed = search.metric === search.declaredMetric;
  const areMany =
    candidates !== null && (candidates.keys === null || (candidates.count > MAX_KNOWN_COMPARED && isIndexed));
  // Compared candidates need no index query, which would send them a second time.
  const areCompared = candidates !== null && !areMany;
  return {
    texts: {
      generation: generationVectors(search),
      ...((filter === null && !search.tenantScoped) || areMany ? {} : { few: fewText(search, parts, parameter) }),
      ...(isIndexed && !areCompared ? { indexed: indexedText(search, parts, parameter) } : {}),
      exact: exactText(search, parts, parameter),
    },
    parameters,
  };
}

/** The query that finds candidates. */
export interface CandidatesSql {
  readonly text: string;
  readonly parameters: readonly string[];
  /** The views with a column `oldest_<view>`, and the time from which their rows are fresh. */
  readonly expiring: readonly { readonly view: number; readonly from: bigint }[];
}

/**
 * Builds the query for the keys that match the filter, up to one more than are compared: `count`, an array for each key part
 * (`key_0`), and for each view whose rows expire its oldest fresh time in microseconds (`oldest_0`). Undefined if the
 * candidates depend on the vectors.
 */
export function candidatesSql(search: VectorSearch): CandidatesSql | undefined {
  const { filter, filteredViews } = search;
  if (filter === null || drivingView(search) === undefined) return undefined;
  const parameters: string[] = [];
  const parameter: AddParameter = (value) => `$${parameters.push(value)}::text`;
  const keys = search.registered.view.entity.key.map(({ name }) => name);
  const relations = filteredViews.map((view) => filteredRows(view, keys, parameter));
  const arrays = keys.map((name, index) => `array_agg(ids.${quoteName(name)})::text as key_${index}`);
  const expiring = [...viewsOf(filter)].flatMap((view) => {
    const from = filteredViews[view]?.freshFrom ?? null;
    return from === null ? [] : [{ view, from }];
  });
  const oldest = expiring.map(
    ({ view }) =>
      `, (select featstore.epoch_microseconds(min(t._event_time))::text from ${relations[view]} as t) as oldest_${view}`,
  );
  const text = `with ids as (${foundIds(search, { keys, relations, condition: "true" }, parameter)})
select count(*)::integer as count, ${arrays.join(", ")}${oldest.join("")} from ids`;
  return { text, parameters, expiring };
}

/** Returns whether there are too many candidates to compare one by one. */
export function areTooMany(count: number): boolean {
  return count > MAX_COMPARED;
}

function viewsOf(filter: VectorFilter): ReadonlySet<number> {
  switch (filter.kind) {
    case "and":
    case "or":
      return new Set(filter.filters.flatMap((inner) => [...viewsOf(inner)]));
    case "not":
      return viewsOf(filter.filter);
    default:
      return new Set([filter.view]);
  }
}

/** Common parts of the queries over the vector rows `r`. */
interface SearchParts {
  readonly keys: readonly string[];
  readonly distance: string;
  /** Selects searchable rows of the scope and generation. */
  readonly condition: string;
  readonly k: string;
  /** The filtered views as relations. */
  readonly relations: readonly string[];
}

function searchParts(search: VectorSearch, parameter: AddParameter): SearchParts {
  const { registered, generation, metric, declaredMetric, excluded, freshFrom, dimensions } = search;
  const key = registered.view.entity.key;
  const keys = key.map(({ name }) => name);
  const conditions = [`r._from <= ${generation}`, `(r._to is null or r._to > ${generation})`];
  if (search.tenantScoped) conditions.unshift(`r._tenant = ${parameter(search.scope)}`);
  if (excluded !== null) {
    const texts = excluded.split(KEY_SEPARATOR);
    const same = key.map(
      ({ name, type }, index) => `r.${quoteName(name)} = ${parameter(texts[index] ?? "")}::${KEY_TYPES[type]}`,
    );
    conditions.push(`not (${same.join(" and ")})`);
  }
  if (metric === "cosine" && declaredMetric !== "cosine") conditions.push("vector_norm(r._vector) > 0");
  if (freshFrom !== null) {
    const rows = `features.${quoteName(search.table)}`;
    // `offset 0` prevents a join, which would look up every row before the nearest are known.
    conditions.push(
      `exists (select from ${rows} as t where t._tenant = r._tenant and ${sameKeys("t", "r", keys)} and ${isFresh("t", freshFrom, parameter)} offset 0)`,
    );
  }
  return {
    keys,
    distance: `r._vector ${OPERATORS[metric]} ${parameter(search.vector)}::vector(${dimensions})`,
    condition: conditions.join(" and "),
    k: `${parameter(String(search.k))}::integer`,
    relations: search.filteredViews.map((view) => filteredRows(view, keys, parameter)),
  };
}

/** Selects the generation's vectors with the columns of a vector table: see `migrations/tables/03-vectors.sql`. */
function generationVectors({ registered, table, feature, declaredMetric }: VectorSearch): string {
  const keys = registered.view.entity.key.map(({ name }) => quoteName(name)).join(", ");
  const column = quoteName(feature);
  const hasLength = declaredMetric === "cosine" ? ` and vector_norm(${column}) > 0` : "";
  return (
    `(select _tenant, ${keys}, ${column} as _vector, 0 as _from, null::integer as _to from features.${quoteName(table)}` +
    ` where _event_time is not null and ${column} is not null${hasLength})`
  );
}

function keyColumns(alias: string, keys: readonly string[]): string {
  return keys.map((name) => `${alias}.${quoteName(name)}`).join(", ");
}

/** Builds a row's key as a JSON array of texts. Used for few rows, since it costs more than computing a distance. */
function keyJson(alias: string, keys: readonly string[]): string {
  return `json_build_array(${keys.map((name) => `${alias}.${quoteName(name)}::text`).join(", ")})::text`;
}

/** Aggregates rows with key columns and `_distance` into arrays, nearest first. */
function nearestArrays(rows: string, { keys }: SearchParts): string {
  const order = `order by n._distance, ${keyColumns("n", keys)}`;
  return `select array_agg(${keyJson("n", keys)} ${order}) as keys, array_agg(n._distance ${order}) as distances from (${rows}) as n`;
}

/** Builds the query for candidates, up to one more than are compared, and the nearest of them. */
function fewText(search: VectorSearch, parts: SearchParts, parameter: AddParameter): string {
  const { keys, condition, distance, k } = parts;
  const scope = `r._tenant = ${parameter(search.scope)}`;
  const nearest = `
    select r.* from ids cross join lateral (
      select ${keyColumns("r", keys)}, ${distance} as _distance from {vectors} as r
      where ${scope} and ${sameKeys("r", "ids", keys)} and ${condition} offset 0
    ) as r
    where counted.candidates <= ${MAX_COMPARED} order by r._distance, ${keyColumns("r", keys)} limit ${k}
  `;
  return `with ids as materialized (${knownIds(search, parameter) ?? foundIds(search, parts, parameter)})
select counted.candidates, nearest.keys, nearest.distances
from (select count(*) as candidates from ids) as counted
cross join lateral (${nearestArrays(nearest, parts)}) as nearest`;
}

/** Selects the candidates as rows, up to one more than are compared. */
function foundIds(search: VectorSearch, parts: CandidateParts, parameter: AddParameter): string {
  return `select ${keyColumns(drivingAlias(search), parts.keys)} from ${candidates(search, parts, parameter)} limit ${MAX_COMPARED + 1}`;
}

/** Selects candidates known in advance as rows; undefined if they are not known. */
function knownIds({ registered, candidates: known }: VectorSearch, parameter: AddParameter): string | undefined {
  if (known?.keys == null) return undefined;
  const { keys } = known;
  const { key } = registered.view.entity;
  const arrays = key.map(({ type }, index) => `${parameter(keys[index] ?? "{}")}::${KEY_TYPES[type]}[]`);
  return `select * from unnest(${arrays.join(", ")}) as known (${key.map(({ name }) => quoteName(name)).join(", ")})`;
}

/** Returns the view that drives the candidate search: one the filter needs; undefined for the vectors. */
function drivingView({ filter, filteredViews, tenantScoped }: VectorSearch): number | undefined {
  const required = [...(filter === null ? [] : requiredViews(filter))];
  const scoped = required.find((view) => filteredViews[view]?.scope !== "");
  return scoped ?? (tenantScoped ? undefined : required[0]);
}

function drivingAlias(search: VectorSearch): string {
  const view = drivingView(search);
  return view === undefined ? "r" : `f${view}`;
}

type CandidateParts = Pick<SearchParts, "keys" | "relations" | "condition">;

function candidates(search: VectorSearch, parts: CandidateParts, parameter: AddParameter): string {
  const { filter } = search;
  const { relations, keys, condition } = parts;
  const driving = drivingView(search);
  const alias = drivingAlias(search);
  const first = driving === undefined ? "{vectors} as r" : `${relations[driving]} as f${driving}`;
  const joins = relations.flatMap((relation, view) =>
    view === driving ? [] : [` left join ${relation} as f${view} on ${sameKeys(`f${view}`, alias, keys)}`],
  );
  const conditions = [
    ...(driving === undefined ? [condition] : []),
    ...(filter === null ? [] : [filterCondition(filter, columnOf, parameter)]),
  ];
  return `${first}${joins.join("")} where ${conditions.join(" and ")}`;
}

function columnOf(view: number, column: string): string {
  return `f${view}.${quoteName(column)}`;
}

/** Builds the index query: each row of the index is looked up in the filtered views until there are enough. */
function indexedText(search: VectorSearch, parts: SearchParts, parameter: AddParameter): string {
  const { filter, dimensions, metric, vector } = search;
  const { distance, condition, k, relations, keys } = parts;
  const isHalved = dimensions > MAX_EXACT_DIMENSIONS;
  const order = isHalved
    ? `(r._vector::halfvec(${dimensions})) ${OPERATORS[metric]} ${parameter(vector)}::halfvec(${dimensions})`
    : distance;
  const lookUp = (view: number, column: string) =>
    `(select f.${quoteName(column)} from ${relations[view]} as f where ${sameKeys("f", "r", keys)})`;
  const known = knownIds(search, parameter);
  // `is true` prevents a join, so that PostgreSQL hashes the keys once.
  const isKnown = known && `((${keyColumns("r", keys)}) in (${known})) is true`;
  const matches = isKnown ?? (filter === null ? undefined : filterCondition(filter, lookUp, parameter));
  const nearest = `
  select n.* from (
    select ${keyColumns("r", keys)}, ${distance} as _distance from {vectors} as r
    where ${condition}${matches === undefined ? "" : ` and ${matches}`} order by ${order} limit ${isHalved ? `2 * ${k}` : k}
  ) as n order by n._distance, ${keyColumns("n", keys)} limit ${k}
`;
  return nearestArrays(nearest, parts);
}

function exactText({ filter }: VectorSearch, parts: SearchParts, parameter: AddParameter): string {
  const { distance, condition, k, relations, keys } = parts;
  const joins = relations.map(
    (relation, view) => ` left join ${relation} as f${view} on ${sameKeys(`f${view}`, "r", keys)}`,
  );
  const filtered = filter === null ? "" : ` and ${filterCondition(filter, columnOf, parameter)}`;
  const order = `order by n._distance, ${keyColumns("n", keys)}`;
  // Orders by a sum, so that no index matches.
  return `select 'exact', ${keyJson("n", keys)}, n._distance from (
  select n.* from (
    select ${keyColumns("r", keys)}, (${distance}) + 0 as _distance from {vectors} as r${joins.join("")} where ${condition}${filtered}
  ) as n ${order} limit ${k}
) as n ${order}`;
}
