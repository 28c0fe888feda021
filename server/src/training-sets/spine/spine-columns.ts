import type { Entity } from "@featstore/definitions/compiler";
import { listNames } from "../../core/index";
import type { SpineInput } from "./spine-inputs";
import { type SpineFault, SpineFaults } from "./spine-row";

const MAX_NAME_LENGTH = 200;
const MAX_FAULTS = 20;

/** The columns that a spine must have. */
export interface NeededColumns {
  readonly entity: Entity;
  readonly asOfColumn: string;
  readonly columns: readonly string[] | null;
  readonly needed: readonly string[];
  readonly inputs: readonly SpineInput[];
}

/** Refuses a spine whose first row lacks required columns. */
export function requireColumns(
  { entity, asOfColumn, columns, needed, inputs }: NeededColumns,
  names: readonly string[],
  isUntyped: boolean,
): void {
  const [first = "", ...others] = names;
  const separator = isUntyped && others.length === 0 ? /[;\t|]/.exec(first)?.[0] : undefined;
  const hint = separator === undefined ? "" : `; write commas between columns, not ${JSON.stringify(separator)}`;
  const present = new Set(names);
  const shown = names.map(shownName);
  const absent = (required: readonly string[], code: SpineFault["code"], what: string): SpineFault[] =>
    required
      .filter((name) => !present.has(name))
      .slice(0, MAX_FAULTS)
      .map((name) => ({
        code,
        path: "spine",
        detail: `there is no column "${shownName(name)}", ${what}; there are ${listNames(shown, name)}${hint}`,
      }));
  const keys = entity.key.map(({ name }) => name);
  const missing = [
    ...absent(keys, "spine_column_missing", `a key of entity "${entity.name}"`),
    ...absent([asOfColumn], "spine_column_missing", "the as-of time"),
    ...absent(
      inputs.filter(({ isRequired }) => isRequired).map(({ name }) => name),
      "spine_column_missing",
      "an input of the service",
    ),
    ...absent([...new Set([...(columns ?? []), ...needed])], "spine_column_unknown", "which was requested"),
  ];
  if (missing.length > 0) throw new SpineFaults(missing.slice(0, MAX_FAULTS));
}

/** Checks the name of a column that the result repeats. */
export function faultOfName(
  name: string,
  taken: ReadonlySet<string>,
): { code: SpineFault["code"]; detail: string } | undefined {
  if (taken.has(name))
    return {
      code: "spine_column_taken",
      detail: "the result already has a column of this name: rename this one or leave it out",
    };
  if (name.length === 0 || name.length > MAX_NAME_LENGTH || /\p{Cc}|\p{Surrogate}/u.test(name))
    return {
      code: "spine_column_invalid",
      detail: `expected a column name of 1 to ${MAX_NAME_LENGTH} printable characters`,
    };
  return undefined;
}

/** Formats a name for messages: unprintable characters are escaped. */
export function shownName(name: string): string {
  return JSON.stringify(name.slice(0, 80)).slice(1, -1);
}
