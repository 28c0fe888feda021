import { type Entity, instantText } from "@featstore/definitions/compiler";
import { createTimeReader, FeatstoreError, settingLabel } from "../../core/index";
import { parseKeyCells } from "../../serving/index";
import { createPause } from "../pause";
import { type LearnedType, learnType } from "./passthrough-type";
import { faultOfName, requireColumns, shownName } from "./spine-columns";
import type { SpineInput } from "./spine-inputs";
import { checkHeader, checkValues, checkWidth, type SpineLimits } from "./spine-limits";
import { type Cell, refuseSpine, type SpineFault, SpineFaults, type SpineReader, type SpineRow } from "./spine-row";

const MAX_FAULTS = 20;

type Learner = ReturnType<typeof learnType>;

export interface SpineOptions {
  readonly entity: Entity;
  /** The tenant scope of the rows. */
  readonly scope: string;
  readonly asOfColumn: string;
  /** The IANA zone of times without an offset; null refuses such times. */
  readonly timeZone: string | null;
  /** The passthrough columns to keep; null keeps all. */
  readonly columns: readonly string[] | null;
  /** Passthrough columns that the spine must have: labels and groups. */
  readonly needed: readonly string[];
  /** Columns that computed features read; stored with the passthrough columns. */
  readonly inputs: readonly SpineInput[];
  /** Column names that the result already uses. */
  readonly taken: ReadonlySet<string>;
  readonly maxRows: number;
  readonly limits: SpineLimits;
  /** The database's current time in microseconds since 1970 UTC; later as-of times are refused. */
  readonly now: () => bigint;
}

export interface CheckedRow {
  readonly keys: readonly string[];
  /** `2026-01-31T12:00:00.123456Z` */
  readonly asOf: string;
  /** A JSON object as text; null if the spine has no other columns. */
  readonly passthrough: string | null;
}

export interface PassthroughColumn extends LearnedType {
  readonly name: string;
}

/** A spine that checks its rows one at a time. */
export interface CheckedSpine {
  /** Reads the first row and checks the column names. Closes the spine before it throws `SpineFaults`. */
  open(): Promise<void>;
  /** Discards the unread rows and waits for the row in progress. */
  close(): Promise<void>;
  /** Throws `SpineFaults` with up to twenty faults. Rows after the first fault are checked but not yielded. */
  rows(): AsyncGenerator<CheckedRow>;
  /** The passthrough columns in the order of their first appearance; complete after the last row. */
  columns(): readonly PassthroughColumn[];
}

/** Checks a spine's columns and rows as they arrive. */
export function checkSpine(reader: SpineReader, options: SpineOptions): CheckedSpine {
  const { entity, asOfColumn, maxRows } = options;
  const keyNames = entity.key.map(({ name }) => name);
  const own = new Set([...keyNames, asOfColumn]);
  const learners = new Map<string, Learner>();
  const faults: SpineFault[] = [];
  const readTime = createTimeReader(options.timeZone);

  const inputs = new Map(options.inputs.map((input) => [input.name, input]));
  const included = options.columns === null ? null : new Set(options.columns);
  let source: AsyncIterator<SpineRow> | undefined;
  let first: IteratorResult<SpineRow> | undefined;

  const isIncluded = (name: string): boolean => !own.has(name) && (included === null || included.has(name));
  const learnerOf = (name: string, path: string): Learner => {
    const known = learners.get(name);
    if (known !== undefined) return known;
    const wrong = faultOfName(name, options.taken);
    if (wrong !== undefined) refuseSpine(wrong.code, shownName(name), wrong.detail);
    const type = reader.types?.get(name);
    const learner: Learner = type === undefined ? learnType(reader.isUntyped) : { see: () => {}, type: () => type };
    learners.set(name, learner);
    // Each JSON row may have different columns.
    checkWidth(learners.size, path, options.limits);
    return learner;
  };

  const checkNames = (names: readonly string[], path: string): void => {
    checkWidth(names.length, path, options.limits);
    checkHeader(names, path, options.limits);
    requireColumns(options, names, reader.isUntyped);
    const wrong = faultOfName(asOfColumn, new Set());
    if (wrong !== undefined) refuseSpine(wrong.code, shownName(asOfColumn), wrong.detail);
    for (const name of names) if (isIncluded(name)) learnerOf(name, path);
  };

  const close = async (): Promise<void> => {
    await source?.return?.().catch(() => undefined);
  };

  const open = async (): Promise<IteratorResult<SpineRow>> => {
    source = reader.rows()[Symbol.asyncIterator]();
    try {
      const row = await source.next();
      if (row.done !== true && "cells" in row.value) checkNames([...row.value.cells.keys()], row.value.path);
      return row;
    } catch (error) {
      await close();
      throw error;
    }
  };

  async function* allRows(): AsyncGenerator<SpineRow> {
    let row = first ?? (await open());
    try {
      while (row.done !== true) {
        yield row.value;
        row = (await source?.next()) ?? { done: true, value: undefined };
      }
    } finally {
      await close();
    }
  }

  const check = ({ path, cells }: Extract<SpineRow, { cells: unknown }>): CheckedRow | undefined => {
    const before = faults.length;
    checkValues(cells, path, options.limits);
    const keys = keysOf(options, reader, path, cells, faults);
    const asOf = timeOf(cells.get(asOfColumn) ?? null);
    if ("detail" in asOf) faults.push({ code: asOf.code, path: `${path}, ${asOfColumn}`, detail: asOf.detail });
    for (const [name, input] of inputs) {
      const fault = input.fault(presentCell(reader, name, cells.get(name)), {
        isUntyped: reader.isUntyped,
        isExact: isExactIn(reader, name),
      });
      if (fault !== undefined) faults.push({ path: `${path}, ${name}`, ...fault });
    }
    const members: string[] = [];
    for (const [name, value] of cells) {
      const cell = inputs.has(name) ? presentCell(reader, name, value) : value;
      if (isIncluded(name)) learnerOf(name, path).see(cell);
      else if (!inputs.has(name)) continue;
      if (inputs.size > 0 && cell !== null && isUnreadable(cell))
        faults.push({
          code: "spine_row_invalid",
          path: `${path}, ${name}`,
          detail: "a row with inputs cannot contain text with a null character or an unpaired surrogate",
        });
      members.push(`${JSON.stringify(name)}:${cell ?? "null"}`);
    }
    if (faults.length > before || keys === undefined || "detail" in asOf) return undefined;
    return { keys, asOf: asOf.text, passthrough: members.length === 0 ? null : `{${members.join(",")}}` };
  };

  const timeOf = (cell: Cell): { readonly text: string } | Omit<SpineFault, "path"> => {
    if (cell === null) return { code: "spine_time_invalid", detail: "the as-of time is missing" };
    if (!cell.startsWith('"'))
      return {
        code: "spine_time_invalid",
        detail: `expected text such as "2026-01-31T12:00:00Z", got ${cell.slice(0, 60)}`,
      };
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
    async open() {
      first = await open();
    },
    close,
    async *rows() {
      const pause = createPause();
      let count = 0;
      for await (const row of allRows()) {
        count += 1;
        if (count > maxRows) {
          const limit = settingLabel("training_sets.rows");
          refuseSpine("spine_too_large", "spine", `it has more than ${maxRows} rows; the limit is ${limit}`);
        }
        if ("fault" in row) faults.push(row.fault);
        else {
          const checked = check(row);
          if (checked !== undefined && faults.length === 0) yield checked;
        }
        if (faults.length >= MAX_FAULTS) break;
        await pause();
      }
      if (faults.length > 0) throw new SpineFaults(faults.slice(0, MAX_FAULTS));
      if (count === 0) refuseSpine("spine_empty", "spine", "it has no rows");
    },
    columns: () => [...learners].map(([name, learner]) => ({ name, ...learner.type() })),
  };
}

/** Returns whether PostgreSQL, which reads a row's inputs from its JSON, rejects this JSON text. */
function isUnreadable(cell: string): boolean {
  // JSON text contains these characters only as escapes.
  if (!/\\u(?:0000|d[89a-f])/i.test(cell)) return false;
  let found = false;
  JSON.parse(cell, (key, value: unknown) => {
    for (const text of [key, value]) found ||= typeof text === "string" && /\0|\p{Surrogate}/u.test(text);
    return value;
  });
  return found;
}

/** Returns whether a column's integers are exact; integers that were stored as floats may have lost digits. */
function isExactIn({ isExact, types }: SpineReader, name: string): boolean {
  return isExact && types?.get(name)?.type !== "float64";
}

/** The value of a key or an input; NaN, which other programs write for a missing number, becomes null. */
function presentCell({ types }: SpineReader, name: string, cell: Cell | undefined): Cell {
  return cell === undefined || (cell === '"NaN"' && types?.get(name)?.type === "float64") ? null : cell;
}

/** The largest integer that each float type represents exactly. */
const MAX_EXACT: Readonly<Record<string, number>> = { float16: 2 ** 11, float32: 2 ** 24, float64: 2 ** 53 - 1 };

function isRounded(cell: string, arrow: string | undefined): boolean {
  const max = MAX_EXACT[arrow ?? ""];
  return max !== undefined && Math.abs(Number(cell)) > max;
}

function keysOf(
  { entity, scope }: SpineOptions,
  reader: SpineReader,
  path: string,
  cells: ReadonlyMap<string, Cell>,
  faults: SpineFault[],
): readonly string[] | undefined {
  const texts: string[] = [];
  for (const { name } of entity.key) {
    const cell = presentCell(reader, name, cells.get(name));
    if (cell === null)
      faults.push({ code: "spine_key_missing", path: `${path}, ${name}`, detail: "the key is missing" });
    else if (isRounded(cell, reader.types?.get(name)?.arrow))
      faults.push({
        code: "spine_key_invalid",
        path: `${path}, ${name}`,
        detail: "a number of this size is not exact in a column of floats: write the column as integers",
      });
    else texts.push(isExactIn(reader, name) && /^-?\d+$/.test(cell) ? `"${cell}"` : cell);
  }
  if (texts.length < entity.key.length) return undefined;
  try {
    return parseKeyCells(entity, texts, path, scope);
  } catch (error) {
    if (!(error instanceof FeatstoreError)) throw error;
    const [fault] = error.errors;
    faults.push({ code: "spine_key_invalid", path: fault?.path ?? path, detail: fault?.detail ?? error.detail });
    return undefined;
  }
}
