import { type Entity, instantText } from "@featstore/definitions";
import { FeatstoreError } from "../../errors";
import { settingLabel } from "../../settings";
import { parseKeyCells } from "../entity-key";
import { learnType, type PassthroughType } from "./passthrough-type";
import type { SpineInput } from "./spine-inputs";
import { type Cell, refuseSpine, type SpineFault, SpineFaults, type SpineReader, type SpineRow } from "./spine-row";
import { createTimeReader } from "./spine-time";

const MOST_FAULTS = 20;
const LONGEST_NAME = 200;

export interface SpineOptions {
  readonly entity: Entity;
  /** The tenant scope that the rows are read in. */
  readonly scope: string;
  readonly asOfColumn: string;
  /** The IANA zone of times without an offset; null: they are refused. */
  readonly timeZone: string | null;
  /** The passthrough columns to keep; null: all. */
  readonly columns: readonly string[] | null;
  /** Passthrough columns that must be there: labels, groups. */
  readonly needed: readonly string[];
  /** Columns that what is computed reads, kept beside the others. */
  readonly inputs: readonly SpineInput[];
  /** Names that the result gives to columns of its own. */
  readonly taken: ReadonlySet<string>;
  readonly mostRows: number;
  /** Microseconds since 1970 UTC as a row is read, by the database's clock: later times are refused. */
  readonly now: () => bigint;
}

export interface CheckedRow {
  readonly keys: readonly string[];
  /** `2026-01-31T12:00:00.123456Z` */
  readonly asOf: string;
  /** A JSON object text; null where the spine has no more columns. */
  readonly passthrough: string | null;
}

export interface PassthroughColumn {
  readonly name: string;
  readonly type: PassthroughType;
}

/** A spine whose rows are checked one by one. */
export interface CheckedSpine {
  /** Throws `SpineFaults` with up to twenty of them; rows after the first fault are looked at and not given. */
  rows(): AsyncGenerator<CheckedRow>;
  /** The passthrough columns in the order in which they came; complete once every row was given. */
  columns(): readonly PassthroughColumn[];
}

/** Checks a spine's columns and rows as they come. */
export function checkSpine(reader: SpineReader, options: SpineOptions): CheckedSpine {
  const { entity, asOfColumn, mostRows } = options;
  const keyNames = entity.key.map(({ name }) => name);
  const own = new Set([...keyNames, asOfColumn]);
  const learners = new Map<string, ReturnType<typeof learnType>>();
  const faults: SpineFault[] = [];
  const readTime = createTimeReader(options.timeZone);

  const inputs = new Map(options.inputs.map((input) => [input.name, input]));
  const keptColumn = (name: string): boolean => {
    if (own.has(name) || (options.columns !== null && !options.columns.includes(name))) return false;
    if (!learners.has(name)) {
      const wrong = faultOfName(name, options.taken);
      if (wrong !== undefined) refuseSpine(wrong.code, name.slice(0, 80), wrong.detail);
      learners.set(name, learnType(reader.isUntyped));
    }
    return true;
  };

  const check = ({ place, cells }: Extract<SpineRow, { cells: unknown }>): CheckedRow | undefined => {
    const before = faults.length;
    const keys = keysOf(options, reader.isExact, place, cells, faults);
    const asOf = timeOf(cells.get(asOfColumn) ?? null);
    if ("detail" in asOf) faults.push({ code: asOf.code, place: `${place}, ${asOfColumn}`, detail: asOf.detail });
    for (const [name, input] of inputs) {
      const fault = input.fault(cells.get(name) ?? null, reader);
      if (fault !== undefined) faults.push({ place: `${place}, ${name}`, ...fault });
    }
    const members: string[] = [];
    for (const [name, cell] of cells) {
      if (keptColumn(name)) learners.get(name)?.see(cell);
      else if (!inputs.has(name)) continue;
      if (inputs.size > 0 && cell !== null && isUnreadable(cell))
        faults.push({
          code: "spine_row_invalid",
          place: `${place}, ${name}`,
          detail: "a text with a zero character or half a surrogate pair cannot stand in a row with inputs",
        });
      members.push(`${JSON.stringify(name)}:${cell ?? "null"}`);
    }
    if (faults.length > before || keys === undefined || "detail" in asOf) return undefined;
    return { keys, asOf: asOf.text, passthrough: members.length === 0 ? null : `{${members.join(",")}}` };
  };

  const timeOf = (cell: Cell): { readonly text: string } | Omit<SpineFault, "place"> => {
    if (cell === null) return { code: "spine_time_invalid", detail: "it has no as-of time" };
    if (!cell.startsWith('"'))
      return { code: "spine_time_invalid", detail: `${cell.slice(0, 60)} is no text such as "2026-01-31T12:00:00Z"` };
    const time = readTime(String(JSON.parse(cell)));
    if ("detail" in time) return time;
    const text = instantText(time.micros);
    const now = options.now();
    if (time.micros > now)
      return { code: "spine_time_future", detail: `${text} is later than now, ${instantText(now)}` };
    return text.length !== 27
      ? { code: "spine_time_invalid", detail: `${text} is outside the years 1 to 9999` }
      : { text };
  };

  return {
    async *rows() {
      let count = 0;
      for await (const row of reader.rows()) {
        count += 1;
        if (count > mostRows) {
          const limit = settingLabel("training_sets.rows");
          refuseSpine("spine_too_large", "spine", `it has more than ${mostRows} rows; the limit is ${limit}`);
        }
        if ("fault" in row) faults.push(row.fault);
        else {
          if (count === 1) requireColumns(options, [...cellNames(row)], reader.isUntyped);
          const checked = check(row);
          if (checked !== undefined && faults.length === 0) yield checked;
        }
        if (faults.length >= MOST_FAULTS) break;
      }
      if (faults.length > 0) throw new SpineFaults(faults.slice(0, MOST_FAULTS));
      if (count === 0) refuseSpine("spine_empty", "spine", "it has no rows");
    },
    columns: () => [...learners].map(([name, learner]) => ({ name, type: learner.type() })),
  };
}

/** Whether PostgreSQL, which reads a row's inputs from its JSON, refuses that for a text in it. */
function isUnreadable(cell: string): boolean {
  // Nothing of the kind is written without an escape.
  if (!/\\u(?:0000|d[89a-f])/i.test(cell)) return false;
  let found = false;
  JSON.parse(cell, (key, value: unknown) => {
    for (const text of [key, value]) found ||= typeof text === "string" && /\0|\p{Surrogate}/u.test(text);
    return value;
  });
  return found;
}

function cellNames({ cells }: Extract<SpineRow, { cells: unknown }>): IterableIterator<string> {
  return cells.keys();
}

/** Refuses a spine whose first row lacks columns that are needed. */
function requireColumns(
  { entity, asOfColumn, columns, needed, inputs }: SpineOptions,
  names: readonly string[],
  isUntyped: boolean,
): void {
  const [first = "", ...others] = names;
  const separator = isUntyped && others.length === 0 ? /[;\t|]/.exec(first)?.[0] : undefined;
  const hint = separator === undefined ? "" : `; write commas between columns, not ${JSON.stringify(separator)}`;
  const there = `${names.map((name) => name.slice(0, 80)).join(", ")}${hint}`;
  const absent = (wanted: readonly string[], code: SpineFault["code"], what: string): SpineFault[] =>
    wanted
      .filter((name) => !names.includes(name))
      .map((name) => ({ code, place: "spine", detail: `there is no column "${name}", ${what}; there are ${there}` }));
  const keys = entity.key.map(({ name }) => name);
  const missing = [
    ...absent(keys, "spine_column_missing", `a key of entity "${entity.name}"`),
    ...absent([asOfColumn], "spine_column_missing", "the as-of time"),
    ...absent(
      inputs.filter(({ isRequired }) => isRequired).map(({ name }) => name),
      "spine_column_missing",
      "an input of the service",
    ),
    ...absent([...new Set([...(columns ?? []), ...needed])], "spine_column_unknown", "which was asked for"),
  ];
  if (missing.length > 0) throw new SpineFaults(missing.slice(0, MOST_FAULTS));
}

function faultOfName(
  name: string,
  taken: ReadonlySet<string>,
): { code: SpineFault["code"]; detail: string } | undefined {
  if (taken.has(name))
    return { code: "spine_column_taken", detail: "the result has a column of this name: rename it or leave it out" };
  if (name.length === 0 || name.length > LONGEST_NAME || /\p{Cc}|\p{Surrogate}/u.test(name))
    return { code: "spine_column_invalid", detail: `a column's name has 1 to ${LONGEST_NAME} printable characters` };
  return undefined;
}

function keysOf(
  { entity, scope }: SpineOptions,
  isExact: boolean,
  place: string,
  cells: ReadonlyMap<string, Cell>,
  faults: SpineFault[],
): readonly string[] | undefined {
  const texts: string[] = [];
  for (const { name } of entity.key) {
    const cell = cells.get(name) ?? null;
    if (cell === null) faults.push({ code: "spine_key_missing", place: `${place}, ${name}`, detail: "it has no key" });
    else texts.push(isExact && /^-?\d+$/.test(cell) ? `"${cell}"` : cell);
  }
  if (texts.length < entity.key.length) return undefined;
  try {
    return parseKeyCells(entity, texts, place, scope);
  } catch (error) {
    if (!(error instanceof FeatstoreError)) throw error;
    const [fault] = error.errors;
    faults.push({ code: "spine_key_invalid", place: fault?.place ?? place, detail: fault?.detail ?? error.detail });
    return undefined;
  }
}
