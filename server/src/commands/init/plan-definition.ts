import type { CatalogColumn, CatalogForeignKey } from "@featstore/definitions";
import { listNames, suggest } from "../../services/suggest";
import { CommandProblem } from "../base/command-problem";
import { authorType, isKeyType } from "./author-types";
import { type ChosenHistory, chooseHistory, creationTime } from "./choose-history";
import { matchedPopulation, type PlannedPopulation, planPopulation } from "./plan-population";
import { freeName, joined, MAX_NAME_LENGTH, type PlannedColumn, planColumn, safeName } from "./planned-column";
import { unquoted } from "./table-name";

/** The user's table, as the catalog describes it. */
export interface TableDescription {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly CatalogColumn[];
  readonly uniqueKeys: readonly (readonly string[])[];
  /** Empty: there is none. */
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly CatalogForeignKey[];
}

/** Everything that the scaffolded definition says of the user's table. */
export interface PlannedDefinition {
  /** With its schema, so that it is this table on every search path: `public.songs`. */
  readonly table: string;
  /** `song` */
  readonly entity: string;
  /** `songs`, a name in TypeScript and in the registry. */
  readonly source: string;
  /** `song_profile` */
  readonly view: string;
  /** The entity's key, one column or more; a single one is named `song_id` whatever the column is called. */
  readonly key: readonly PlannedColumn[];
  /** Null: the table is updated in place, and none of its times looks like the one at which a row came to be. */
  readonly time: PlannedColumn | null;
  readonly columns: readonly PlannedColumn[];
  /** Columns that no feature can read, `cover (bytea)`. */
  readonly unread: readonly string[];
  /** True when the key is unique: the table then says which entities exist. Otherwise there are many rows to an entity. */
  readonly isPopulation: boolean;
  /** Null: the table itself is the population, or nothing says which entities exist. */
  readonly population: PlannedPopulation | null;
  readonly history: ChosenHistory;
  /** Database columns that order an entity's rows of equal time; none where it has one row, or nothing to tell them apart. */
  readonly tieBreak: readonly string[];
}

export interface DefinitionChoices {
  /** A column, or several with commas between. */
  readonly key?: string | undefined;
  readonly time?: string | undefined;
}

/** The foreign key by which a definition's key names rows of another table; undefined: there is none, or none is needed. */
export function populationOf(
  description: TableDescription,
  choices: DefinitionChoices,
): CatalogForeignKey["references"] | undefined {
  const { table, columns, uniqueKeys, foreignKeys } = description;
  const names = chooseKey(table, columns, uniqueKeys, choices.key).map(({ name }) => name);
  if (isUniqueKey(names, uniqueKeys)) return undefined;
  const found = foreignKeys.find((key) => isSameSet(key.columns, names));
  if (found === undefined) return undefined;
  const referenced = names.map((name) => found.references.columns[found.columns.indexOf(name)] ?? "");
  return { ...found.references, columns: referenced };
}

/**
 * Chooses names, key and time for a definition over a table; a choice that cannot be made is a problem that says which.
 * `referenced`: the table of `populationOf`, where there is one that can be read.
 */
export function planDefinition(
  description: TableDescription,
  choices: DefinitionChoices,
  referenced?: { readonly description: TableDescription; readonly columns: readonly string[] },
): PlannedDefinition {
  const { schema, table, columns, uniqueKeys } = description;
  const source = safeName(table);
  const keyColumns = chooseKey(table, columns, uniqueKeys, choices.key);
  const keyNames = keyColumns.map(({ name }) => name);
  const isPopulation = isUniqueKey(keyNames, uniqueKeys);
  const timeColumn = chooseTime(table, columns, choices.time, isPopulation);
  // An event is not what its features describe: `plays` by `song_id` are about a song.
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
  // A time that moves when the row is updated would take the entity out of the past.
  const isFree = history.history === "current" && choices.time === undefined;
  const time = (isFree ? creationTime(planned) : likely) ?? null;
  return {
    table: `${schema}.${table}`,
    entity,
    source,
    view: joined(entity, isPopulation ? "profile" : source),
    key: plannedPopulation?.ownKey ?? key,
    time,
    columns: planned,
    unread: columns
      .filter((column) => authorType(column) === undefined)
      .map((column) => `${column.name} (${column.type})`),
    isPopulation,
    population: plannedPopulation?.population ?? null,
    history,
    tieBreak: history.history === "current" ? [] : tieBreakOf(planned, time, keyNames, description),
  };
}

function isUniqueKey(names: readonly string[], uniqueKeys: readonly (readonly string[])[]): boolean {
  return uniqueKeys.some((unique) => unique.length > 0 && unique.every((name) => names.includes(name)));
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}

/** What tells an entity's rows apart: the rest of the primary key or of a unique one, else a column that orders, else nothing. */
function tieBreakOf(
  columns: readonly PlannedColumn[],
  time: PlannedColumn | null,
  keyNames: readonly string[],
  { primaryKey, uniqueKeys }: TableDescription,
): readonly string[] {
  const within = uniqueKeys.find((unique) => unique.every((name) => keyNames.includes(name)));
  if (within !== undefined) return within.slice(0, 1);
  const equal = (name: string): boolean => keyNames.includes(name) || name === time?.column;
  const keys = [...(primaryKey.length > 0 ? [primaryKey] : []), ...byLength(uniqueKeys)];
  // Where a unique key lies within the key and the time, rows of one entity never have the same time.
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
  wanted: string | undefined,
): readonly CatalogColumn[] {
  const usable = columns.filter((column) => {
    const type = authorType(column);
    return type !== undefined && isKeyType(type);
  });
  if (wanted !== undefined)
    return wanted.split(",").map((name) => named(table, columns, usable, name.trim(), "--key", "an integer or a text"));
  const unique = uniqueKeys
    .map((names) => usable.filter(({ name }) => names.includes(name)))
    .filter((found, index) => found.length > 0 && found.length === uniqueKeys[index]?.length);
  const single = unique.flatMap((found) => (found.length === 1 ? found : []));
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
    advice: `name them with --key, commas between several; columns are ${listNames(columns.map((column) => column.name))}`,
  });
}

/** Undefined only where there may be none: a table that says which entities exist. */
function chooseTime(
  table: string,
  columns: readonly CatalogColumn[],
  wanted: string | undefined,
  isPopulation: boolean,
): CatalogColumn | undefined {
  const usable = columns.filter((column) => authorType(column)?.helper === "timestamp");
  if (wanted !== undefined) return named(table, columns, usable, wanted, "--time", "a timestamp");
  const chosen = ["updated_at", "created_at"]
    .map((name) => usable.find((column) => safeName(column.name) === name))
    .find(Boolean);
  const only = chosen ?? (usable.length === 1 ? usable[0] : undefined);
  if (only !== undefined || isPopulation) return only;
  throw new CommandProblem({
    code: "time_not_chosen",
    what: `cannot tell which column of ${table} says when a row became true`,
    advice: `name a timestamp with --time${usable.length > 0 ? `: ${listNames(usable.map((column) => column.name))}` : "; the table has none, so add one or use a view that has"}`,
  });
}

function named(
  table: string,
  columns: readonly CatalogColumn[],
  usable: readonly CatalogColumn[],
  wanted: string,
  option: string,
  what: string,
): CatalogColumn {
  const column = columns.find(({ name }) => name === wanted || name === unquoted(wanted));
  if (column === undefined)
    throw new CommandProblem({
      code: "column_not_found",
      what: `table ${table} has no column "${wanted}"${suggest(
        wanted,
        columns.map((candidate) => candidate.name),
      )}`,
      where: option,
    });
  if (!usable.includes(column))
    throw new CommandProblem({
      code: "column_type_unfit",
      what: `column ${wanted} of ${table} is ${column.type}, not ${what}`,
      where: option,
    });
  return column;
}

function singular(plural: string): string {
  if (plural.endsWith("ies")) return `${plural.slice(0, -3)}y`;
  return plural.endsWith("s") && !plural.endsWith("ss") ? plural.slice(0, -1) : plural;
}
