import type { CatalogColumn } from "@featstore/definitions";
import { type AuthorType, authorType } from "./author-types";

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

/** None where no feature can read the column. */
export function planColumn(column: CatalogColumn, name: string, inKey: boolean): PlannedColumn[] {
  const type = authorType(column);
  if (type === undefined) return [];
  return [{ name, column: column.name, databaseType: column.type, type, nullable: column.nullable !== false, inKey }];
}

/** The longest that a name may be. */
export const MAX_NAME_LENGTH = 40;

/** A name by the rules for names: `[a-z][a-z0-9_]{0,39}`. */
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

/** `song_plays`, each name shortened where both are too long. */
export function joined(name: string, suffix: string): string {
  const whole = `${name}_${suffix}`;
  if (whole.length <= MAX_NAME_LENGTH) return whole;
  const end = `_${suffix}`.slice(0, MAX_NAME_LENGTH / 2);
  return `${name.slice(0, MAX_NAME_LENGTH - end.length)}${end}`;
}
