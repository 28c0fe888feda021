import type { CatalogColumn } from "@featstore/definitions";
import { suggest } from "../../services/suggest";
import { CommandProblem } from "../base/command-problem";
import { type AuthorType, authorType, isKeyType } from "./author-types";

/** The user's table, as the catalog describes it. */
export interface TableDescription {
  /** As it was asked for: `songs` or `music.songs`. */
  readonly table: string;
  readonly columns: readonly CatalogColumn[];
  readonly uniqueKeys: readonly (readonly string[])[];
}

/** A column with the name and the type it gets in the definition. */
export interface PlannedColumn {
  readonly name: string;
  /** The name in the database. */
  readonly column: string;
  readonly databaseType: string;
  readonly type: AuthorType;
  readonly nullable: boolean;
  readonly inKey: boolean;
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
  /** The entity's key; named `song_id` whatever the column is called. */
  readonly key: PlannedColumn;
  readonly time: PlannedColumn;
  readonly columns: readonly PlannedColumn[];
  /** Columns that no feature can read, `cover (bytea)`. */
  readonly unread: readonly string[];
  /**
   * True when the key is unique: the table then says which entities exist, and its rows are updated in place.
   * Otherwise it holds events, many to an entity.
   */
  readonly isPopulation: boolean;
  /** Database column that orders rows of equal time; null where the table has no single unique one. */
  readonly tieBreak: string | null;
}

export interface DefinitionChoices {
  readonly key?: string | undefined;
  readonly time?: string | undefined;
}

/** Chooses names, key and time for a definition over a table; a choice that cannot be made is a problem that says which. */
export function planDefinition(description: TableDescription, choices: DefinitionChoices): PlannedDefinition {
  const { table, columns, uniqueKeys } = description;
  const source = safeName(table.slice(table.indexOf(".") + 1));
  const isUnique = (column: CatalogColumn) => uniqueKeys.some((key) => key.length === 1 && key[0] === column.name);
  const keyColumn = chooseKey(table, columns, isUnique, choices.key);
  const timeColumn = chooseTime(table, columns, choices.time);
  const isPopulation = isUnique(keyColumn);
  // An event is not what its features describe: `plays` by `song_id` are about a song.
  const described = isPopulation ? singular(source) : singular(safeName(keyColumn.name.replace(/_id$/, "")));
  const entity = described === source ? `${source}_entity`.slice(0, 40) : described;
  const keyName = keyColumn.name.endsWith("_id") ? safeName(keyColumn.name) : `${entity}_id`;
  const taken = new Set([keyName]);
  const planned = columns.flatMap((column) => {
    if (column === keyColumn) return planColumn(column, keyName, true);
    const name = freeName(safeName(column.name), taken);
    taken.add(name);
    return planColumn(column, name, false);
  });
  const key = planned.find((column) => column.column === keyColumn.name);
  const time = planned.find((column) => column.column === timeColumn.name);
  if (key === undefined || time === undefined) throw new TypeError("key and time were chosen among readable columns");
  return {
    table,
    entity,
    source,
    view: isPopulation ? `${entity}_profile` : `${entity}_${source}`.slice(0, 40),
    key,
    time,
    columns: planned.filter((column) => column !== key),
    unread: columns
      .filter((column) => authorType(column) === undefined)
      .map((column) => `${column.name} (${column.type})`),
    isPopulation,
    tieBreak: isPopulation ? null : (columns.find(isUnique)?.name ?? null),
  };
}

function planColumn(column: CatalogColumn, name: string, inKey: boolean): PlannedColumn[] {
  const type = authorType(column);
  if (type === undefined) return [];
  return [{ name, column: column.name, databaseType: column.type, type, nullable: column.nullable !== false, inKey }];
}

function chooseKey(
  table: string,
  columns: readonly CatalogColumn[],
  isUnique: (column: CatalogColumn) => boolean,
  wanted: string | undefined,
): CatalogColumn {
  const usable = columns.filter((column) => {
    const type = authorType(column);
    return type !== undefined && isKeyType(type);
  });
  if (wanted !== undefined) return named(table, columns, usable, wanted, "--key", "an integer or a text");
  const unique = usable.filter(isUnique);
  const isId = (column: CatalogColumn) => column.name === "id";
  const chosen = unique.find(isId) ?? (unique.length === 1 ? unique[0] : usable.find(isId));
  if (chosen !== undefined) return chosen;
  throw new CommandProblem({
    code: "key_not_chosen",
    what: `cannot tell which column of ${table} identifies an entity`,
    advice: `name it with --key; columns are ${columns.map((column) => column.name).join(", ")}`,
  });
}

function chooseTime(table: string, columns: readonly CatalogColumn[], wanted: string | undefined): CatalogColumn {
  const usable = columns.filter((column) => authorType(column)?.helper === "timestamp");
  if (wanted !== undefined) return named(table, columns, usable, wanted, "--time", "a timestamp");
  const chosen = ["updated_at", "created_at"]
    .map((name) => usable.find((column) => column.name === name))
    .find(Boolean);
  const only = chosen ?? (usable.length === 1 ? usable[0] : undefined);
  if (only !== undefined) return only;
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

/** A name by the rules for names: `[a-z][a-z0-9_]{0,39}`. */
function safeName(text: string): string {
  const name = text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40);
  return name === "" ? "column" : name;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name.slice(0, 36)}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function singular(plural: string): string {
  if (plural.endsWith("ies")) return `${plural.slice(0, -3)}y`;
  return plural.endsWith("s") && !plural.endsWith("ss") ? plural.slice(0, -1) : plural;
}
