import type { CatalogColumn, CatalogForeignKey } from "@featstore/definitions/compiler";
import { CommandProblem, listNames, suggest } from "../../core/index";
import { authorType, isKeyType } from "./author-types";
import { type ChosenHistory, chooseHistory, creationTime } from "./choose-history";
import type { PlannedFiles } from "./files-place";
import { matchedPopulation, type PlannedPopulation, planPopulation, type TableDescription } from "./plan-population";
import { freeName, joined, MAX_NAME_LENGTH, type PlannedColumn, planColumn, safeName } from "./planned-column";
import { unquoted } from "./table-name";

/** The content of the scaffolded definition. */
export interface PlannedDefinition {
  /** With its schema, so that it does not depend on the search path: `public.songs`; the path of files. */
  readonly table: string;
  /** Null if it reads a table. */
  readonly files: PlannedFiles | null;
  /** `song` */
  readonly entity: string;
  /** `songs`, a name in TypeScript and in the registry. */
  readonly source: string;
  /** `song_profile` */
  readonly view: string;
  /** The entity's key columns; a single one is named `song_id`, whatever the column's name. */
  readonly key: readonly PlannedColumn[];
  /** The source's key if it differs: rows that are updated in place have one each, and an entity has several of them. */
  readonly rowKey: readonly PlannedColumn[] | null;
  /** Null if the table is updated in place and no column looks like a row's creation time. */
  readonly time: PlannedColumn | null;
  readonly columns: readonly PlannedColumn[];
  /** Columns that no feature can read, `cover (bytea)`. */
  readonly unread: readonly string[];
  /** True if the key is unique: the table then lists the entities. Otherwise an entity has many rows. */
  readonly isPopulation: boolean;
  /** Null if the table itself is the population, or no table lists the entities. */
  readonly population: PlannedPopulation | null;
  readonly history: ChosenHistory;
  /** Columns that order an entity's rows of equal time; empty if an entity has one row, or no column is known to order them. */
  readonly tieBreak: readonly string[];
}

export interface DefinitionChoices {
  /** A column, or several separated by commas. */
  readonly key?: string | undefined;
  readonly time?: string | undefined;
}

/** Finds the foreign key from the definition's key to another table; undefined if there is none, or none is needed. */
export function populationOf(
  description: TableDescription,
  choices: DefinitionChoices,
): CatalogForeignKey["references"] | undefined {
  const { table, columns, uniqueKeys, foreignKeys } = description;
  const names = chooseKey(table, columns, uniqueKeys, choices.key).map(({ name }) => name);
  if (isUniqueKey(names, uniqueKeys)) return undefined;
  const foreignKey = foreignKeys.find((key) => isSameSet(key.columns, names));
  if (foreignKey === undefined) return undefined;
  const referenced = names.map((name) => foreignKey.references.columns[foreignKey.columns.indexOf(name)] ?? "");
  return { ...foreignKey.references, columns: referenced };
}

/**
 * Chooses names, key and time for a definition over a table; throws a problem that names the choice it cannot make.
 * `referenced` is the table found by `populationOf`, if it can be read.
 */
export function planDefinition(
  description: TableDescription,
  choices: DefinitionChoices,
  referenced?: { readonly description: TableDescription; readonly columns: readonly string[] },
): PlannedDefinition {
  const { schema, table, columns, uniqueKeys, files = null } = description;
  const source = safeName(table);
  const keyColumns = chooseKey(table, columns, uniqueKeys, choices.key);
  const keyNames = keyColumns.map(({ name }) => name);
  const isPopulation = isUniqueKey(keyNames, uniqueKeys);
  const timeColumn = chooseTime(table, columns, choices.time, isPopulation);
  // Events do not name the entity: features of `plays` by `song_id` describe a song.
  const population = referenced === undefined ? undefined : matchedPopulation(keyColumns, referenced);
  const listing = isPopulation ? source : population && safeName(population.description.table);
  const described = listing
    ? singular(listing)
    : keyNames.map((name) => singular(safeName(name).replace(/_id$/, ""))).join("_");
  const entity =
    described === source || described === listing ? joined(described, "entity") : described.slice(0, MAX_NAME_LENGTH);
  const taken = new Set<string>();
  const take = (name: string): string => {
    const free = freeName(name.slice(0, MAX_NAME_LENGTH), taken);
    taken.add(free);
    return free;
  };
  const keyName = (name: string): string =>
    keyNames.length > 1 || safeName(name).endsWith("_id") ? safeName(name) : joined(entity, "id");
  const key = keyColumns.flatMap((column, index) => {
    const name = keyName(population?.keyColumns[index]?.name ?? column.name);
    return planColumn(column, take(name), true);
  });
  const plannedPopulation =
    population === undefined ? null : planPopulation(population, { source, key, columns: keyColumns });
  const planned = columns
    .filter((column) => !keyColumns.includes(column))
    .flatMap((column) => planColumn(column, take(safeName(column.name)), false));
  const likely = planned.find((column) => column.column === timeColumn?.name);
  if (key.length < keyColumns.length || (timeColumn !== undefined && likely === undefined))
    throw new TypeError("key and time were chosen among readable columns");
  const history = chooseHistory(planned, likely, isPopulation);
  // With a time that changes when the row is updated, the entity would vanish from the past.
  const isFree = history.history === "current" && choices.time === undefined;
  const time = (isFree ? creationTime(planned) : likely) ?? null;
  const ownKey = plannedPopulation?.ownKey ?? key;
  const hasRows = !isPopulation && history.history === "current";
  const rowKey = hasRows ? rowKeyOf([...ownKey, ...planned], description) : null;
  return {
    table: files?.path ?? `${schema}.${table}`,
    files,
    entity,
    source,
    view: joined(entity, isPopulation ? "profile" : source),
    key: ownKey,
    rowKey,
    time,
    columns: planned.filter((column) => rowKey === null || !rowKey.some((part) => part.column === column.column)),
    unread: columns
      .filter((column) => authorType(column) === undefined)
      .map((column) => `${column.name} (${column.type})`),
    isPopulation,
    population: plannedPopulation?.population ?? null,
    history,
    tieBreak: history.history === "current" && rowKey === null ? [] : tieBreakOf(planned, time, keyNames, description),
  };
}

function isUniqueKey(names: readonly string[], uniqueKeys: readonly (readonly string[])[]): boolean {
  return uniqueKeys.some((unique) => unique.length > 0 && unique.every((name) => names.includes(name)));
}

/** Returns the unique key that tells the rows of an entity apart, the primary key first; null if none can be a key. */
function rowKeyOf(
  columns: readonly PlannedColumn[],
  { primaryKey, uniqueKeys }: TableDescription,
): readonly PlannedColumn[] | null {
  const keys = [primaryKey, ...byLength(uniqueKeys)].map((names) => {
    const parts = columns.filter(({ column, type }) => names.includes(column) && isKeyType(type));
    return parts.length === names.length ? parts : [];
  });
  const found = keys.find((parts) => parts.length > 0);
  return found?.map((column) => ({ ...column, inKey: true })) ?? null;
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}

/** Chooses the tie break: the rest of the primary key or of a unique key, else an ordering column, else nothing. */
function tieBreakOf(
  columns: readonly PlannedColumn[],
  time: PlannedColumn | null,
  keyNames: readonly string[],
  { primaryKey, uniqueKeys, files }: TableDescription,
): readonly string[] {
  // Only their rows show which column orders them.
  if (files !== undefined) return [];
  const within = uniqueKeys.find((unique) => unique.every((name) => keyNames.includes(name)));
  if (within !== undefined) return within.slice(0, 1);
  const equal = (name: string): boolean => keyNames.includes(name) || name === time?.column;
  const keys = [...(primaryKey.length > 0 ? [primaryKey] : []), ...byLength(uniqueKeys)];
  // If a unique key is part of the key and the time, rows of one entity never have the same time.
  if (keys.some((key) => key.every(equal))) return [];
  const rest = keys[0]?.filter((name) => !equal(name)) ?? [];
  if (rest.length > 0) return rest;
  const orders = columns.find((column) => column !== time && isKeyType(column.type));
  return orders === undefined ? [] : [orders.column];
}

function byLength(keys: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...keys].sort((left, right) => left.length - right.length);
}

function chooseKey(
  table: string,
  columns: readonly CatalogColumn[],
  uniqueKeys: readonly (readonly string[])[],
  requested: string | undefined,
): readonly CatalogColumn[] {
  const usable = columns.filter((column) => {
    const type = authorType(column);
    return type !== undefined && isKeyType(type);
  });
  if (requested !== undefined)
    return requested
      .split(",")
      .map((name) => named(table, columns, name.trim(), { usable, option: "--key", what: "an integer or a text" }));
  const unique = uniqueKeys
    .map((names) => usable.filter(({ name }) => names.includes(name)))
    .filter((key, index) => key.length > 0 && key.length === uniqueKeys[index]?.length);
  const single = unique.flatMap((key) => (key.length === 1 ? key : []));
  const isId = (column: CatalogColumn) => safeName(column.name) === "id";
  const chosen = single.find(isId) ?? (single.length === 1 ? single[0] : undefined);
  if (chosen !== undefined) return [chosen];
  const [composite] = unique;
  if (composite !== undefined && unique.length === 1) return composite;
  const id = usable.find(isId);
  if (id !== undefined) return [id];
  throw new CommandProblem({
    code: "key_not_chosen",
    what: `cannot tell which columns of ${table} identify an entity`,
    advice: `name them with --key, separated by commas; columns are ${listNames(columns.map((column) => column.name))}`,
  });
}

/** Undefined only for a table that lists the entities, which may have no time. */
function chooseTime(
  table: string,
  columns: readonly CatalogColumn[],
  requested: string | undefined,
  isPopulation: boolean,
): CatalogColumn | undefined {
  const usable = columns.filter((column) => authorType(column)?.helper === "timestamp");
  if (requested !== undefined)
    return named(table, columns, requested, { usable, option: "--time", what: "a timestamp" });
  const chosen = ["updated_at", "created_at"]
    .map((name) => usable.find((column) => safeName(column.name) === name))
    .find(Boolean);
  const only = chosen ?? (usable.length === 1 ? usable[0] : undefined);
  if (only !== undefined || isPopulation) return only;
  throw new CommandProblem({
    code: "time_not_chosen",
    what: `cannot tell which column of ${table} is the event time`,
    advice: `name a timestamp with --time${usable.length > 0 ? `: ${listNames(usable.map((column) => column.name))}` : "; the table has none, so add one or use a view that has"}`,
  });
}

/** The role of a column in the definition, for the option that names it. */
interface ColumnChoice {
  readonly usable: readonly CatalogColumn[];
  readonly option: string;
  readonly what: string;
}

function named(
  table: string,
  columns: readonly CatalogColumn[],
  requested: string,
  { usable, option, what }: ColumnChoice,
): CatalogColumn {
  const column = columns.find(({ name }) => name === requested || name === unquoted(requested));
  if (column === undefined)
    throw new CommandProblem({
      code: "column_not_found",
      what: `table ${table} has no column "${requested}"${suggest(
        requested,
        columns.map((candidate) => candidate.name),
      )}`,
      where: option,
    });
  if (!usable.includes(column))
    throw new CommandProblem({
      code: "column_type_unfit",
      what: `expected ${what} in column ${requested} of ${table}, got ${column.type}`,
      where: option,
      // Also the type of a uint64 in Parquet files.
      ...(column.type === "numeric"
        ? {
            advice: `numeric, which includes uint64 of files, holds more than int64: write the column as int64 or as a text, or write the source by hand with a query that casts it, as in select cast(${requested} as bigint) as ${requested}`,
          }
        : {}),
    });
  return column;
}

function singular(plural: string): string {
  if (plural.endsWith("ies")) return `${plural.slice(0, -3)}y`;
  if (/(?:ch|sh|ss|x)es$/.test(plural)) return plural.slice(0, -2);
  return plural.endsWith("s") && !plural.endsWith("ss") ? plural.slice(0, -1) : plural;
}
