import type { CatalogColumn } from "@featstore/definitions/compiler";
import { type AuthorType, authorType } from "./author-types";

/** A column with its name and type in the definition. */
export interface PlannedColumn {
  readonly name: string;
  /** The name in the database. */
  readonly column: string;
  readonly databaseType: string;
  readonly type: AuthorType;
  readonly nullable: boolean;
  readonly inKey: boolean;
}

/** Plans a column; empty if no feature can read it. */
export function planColumn(column: CatalogColumn, name: string, inKey: boolean): PlannedColumn[] {
  const type = authorType(column);
  if (type === undefined) return [];
  return [{ name, column: column.name, databaseType: column.type, type, nullable: column.nullable !== false, inKey }];
}

/** The maximum length of a name. */
export const MAX_NAME_LENGTH = 40;

/** Converts text to a valid name: `[a-z][a-z0-9_]{0,39}`. */
export function safeName(text: string): string {
  const name = text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+/, "")
    .slice(0, MAX_NAME_LENGTH);
  return name === "" ? "column" : name;
}

export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name.slice(0, 36)}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Joins name and suffix, `song_plays`; shortens both if the result is too long. */
export function joined(name: string, suffix: string): string {
  const whole = `${name}_${suffix}`;
  if (whole.length <= MAX_NAME_LENGTH) return whole;
  const end = `_${suffix}`.slice(0, MAX_NAME_LENGTH / 2);
  return `${name.slice(0, MAX_NAME_LENGTH - end.length)}${end}`;
}
