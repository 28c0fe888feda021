import type { CatalogColumn } from "@featstore/definitions";
import { suggest } from "../../services/suggest";
import { CommandProblem } from "../base/command-problem";
import { authorType, isKeyType } from "./author-types";
import { type ChosenHistory, chooseHistory, creationTime } from "./choose-history";
import { LONGEST_NAME, type PlannedColumn, planColumn, safeName } from "./planned-column";

/** The user's table, as the catalog describes it. */
export interface TableDescription {
  /** As it was asked for: `songs` or `music.songs`. */
  readonly table: string;
  readonly columns: readonly CatalogColumn[];
  readonly uniqueKeys: readonly (readonly string[])[];
}

/** Everything that the scaffolded definition says of the user's table. */
export interface PlannedDefinition {
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
  readonly history: ChosenHistory;
  /** Database columns that order an entity's rows of equal time; none where it has one row, or nothing to tell them apart. */
  readonly tieBreak: readonly string[];
}

export interface DefinitionChoices {
  /** A column, or several with commas between. */
  readonly key?: string | undefined;
  readonly time?: string | undefined;
}

/** Chooses names, key and time for a definition over a table; a choice that cannot be made is a problem that says which. */
export function planDefinition(description: TableDescription, choices: DefinitionChoices): PlannedDefinition {
  const { table, columns, uniqueKeys } = description;
  const source = safeName(table.slice(table.indexOf(".") + 1));
  const keyColumns = chooseKey(table, columns, uniqueKeys, choices.key);
  const keyNames = keyColumns.map(({ name }) => name);
  const isPopulation = uniqueKeys.some(
    (unique) => unique.length > 0 && unique.every((name) => keyNames.includes(name)),
  );
  const timeColumn = chooseTime(table, columns, choices.time, isPopulation);
  // An event is not what its features describe: `plays` by `song_id` are about a song.
  const described = isPopulation
    ? singular(source)
    : keyNames.map((name) => singular(safeName(name).replace(/_id$/, ""))).join("_");
  const entity = described === source ? joined(source, "entity") : described.slice(0, LONGEST_NAME);
  const taken = new Set<string>();
  const take = (name: string): string => {
    const free = freeName(name.slice(0, LONGEST_NAME), taken);
    taken.add(free);
    return free;
  };
  const keyName = (name: string): string =>
    keyNames.length > 1 || safeName(name).endsWith("_id") ? safeName(name) : joined(entity, "id");
  const key = keyColumns.flatMap((column) => planColumn(column, take(keyName(column.name)), true));
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
    table,
    entity,
    source,
    view: joined(entity, isPopulation ? "profile" : source),
    key,
    time,
    columns: planned,
    unread: columns
      .filter((column) => authorType(column) === undefined)
      .map((column) => `${column.name} (${column.type})`),
    isPopulation,
    history,
    tieBreak: history.history === "current" ? [] : tieBreakOf(planned, time, keyNames, uniqueKeys),
  };
}

/** What tells an entity's rows apart: the rest of a unique key, else a column that orders, else nothing. */
function tieBreakOf(
  columns: readonly PlannedColumn[],
  time: PlannedColumn | null,
  keyNames: readonly string[],
  uniqueKeys: readonly (readonly string[])[],
): readonly string[] {
  const within = uniqueKeys.find((unique) => unique.every((name) => keyNames.includes(name)));
  if (within !== undefined) return within.slice(0, 1);
  const [shortest] = [...uniqueKeys].sort((left, right) => left.length - right.length);
  const rest = shortest?.filter((name) => !keyNames.includes(name) && name !== time?.column) ?? [];
  if (rest.length > 0) return rest;
  const orders = columns.find((column) => column !== time && isKeyType(column.type));
  return orders === undefined ? [] : [orders.column];
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
    advice: `name them with --key, commas between several; columns are ${columns.map((column) => column.name).join(", ")}`,
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
    advice: `name a timestamp with --time${usable.length > 0 ? `: ${usable.map((column) => column.name).join(", ")}` : "; the table has none, so add one or use a view that has"}`,
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
  const column = columns.find((candidate) => candidate.name === wanted);
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

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name.slice(0, 36)}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** `song_plays`, each name shortened where both are too long. */
function joined(name: string, suffix: string): string {
  const whole = `${name}_${suffix}`;
  if (whole.length <= LONGEST_NAME) return whole;
  const end = `_${suffix}`.slice(0, LONGEST_NAME / 2);
  return `${name.slice(0, LONGEST_NAME - end.length)}${end}`;
}

function singular(plural: string): string {
  if (plural.endsWith("ies")) return `${plural.slice(0, -3)}y`;
  return plural.endsWith("s") && !plural.endsWith("ss") ? plural.slice(0, -1) : plural;
}
