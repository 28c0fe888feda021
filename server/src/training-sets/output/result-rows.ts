import { instantText, type ValueType } from "@featstore/definitions/compiler";
import { eachMember, FeatstoreError } from "../../core/index";
import type { CallOptions } from "../../database/index";
import type { Engine, JoinedRow, PlannedJoin } from "../../engine/index";
import { createPause } from "../pause";
import type { LabelCell, LabelRows } from "../plan/label-rows";
import { createLeakageCheck, type LeakageReport } from "../plan/leakage";
import { createLostCounter, type LostCounter, type LostExample } from "../plan/lost-values";
import type { TrainingPlan } from "../plan/plan-types";
import type { Splitter } from "../plan/split";
import { columnsMade } from "../plan/training-plan";
import type { PassthroughColumn } from "../spine/check-spine";
import type { Cell } from "../spine/spine-row";
import type { ResultColumn, ResultRow } from "./result-column";
import { createSplitReport, type PartReport } from "./split-report";

/** Cells per chunk, small enough that writing one does not block the process. */
const PIECE_CELLS = 8192;
const PIECE_CHARACTERS = 262_144;

/** Spine rows by the state of a view at their times. */
export interface ViewCounts {
  readonly missing: number;
  readonly expired: number;
}

export interface ResultShape {
  readonly plan: TrainingPlan;
  readonly join: PlannedJoin;
  readonly spine: { readonly id: string };
  readonly asOfColumn: string;
  readonly passthrough: readonly PassthroughColumn[];
  readonly splitter: { readonly by: Splitter; readonly groupColumn: string | null } | null;
  /** The passthrough column or key that is a label. */
  readonly labelColumn: string | null;
  /** The labels from features; null if there are none. */
  readonly labels: LabelRows | null;
  /** The time until which each label of the plan can be known, in microseconds since 1970 UTC; null for never. */
  readonly knownUntil: readonly (bigint | null)[];
}

/** Row counts of a label from a feature. */
export interface LabelCounts {
  readonly nulls: number;
  /** Null rows whose label time is later than all known facts. */
  readonly notKnownYet: number;
  /** Rows whose label comes only from facts that were visible at the row's own time. */
  readonly alreadyVisible: number;
}

/** A streamed result: rows in spine order, and counts that grow while they pass. */
export interface ResultRows {
  readonly columns: readonly ResultColumn[];
  chunks(options: CallOptions): AsyncGenerator<readonly ResultRow[]>;
  /** Rows yielded so far. */
  rows(): number;
  views(): readonly ViewCounts[];
  /** Reports by part; without a split there is one part, `all`. */
  parts(): Readonly<Record<string, PartReport>>;
  /** Counts in the order of the plan's labels. */
  labels(): readonly LabelCounts[];
  leakage(): LeakageReport;
  /** Values that casts lost so far. */
  readonly lost: Pick<LostCounter, "report" | "requireStrict">;
}

/**
 * Runs the join and streams the rows in chunks, with one chunk in memory.
 * Errors: `DatabaseError`; `training_value_not_finite` if a value is NaN or infinite.
 */
export function resultRows(engine: Pick<Engine, "joinedRows">, shape: ResultShape): ResultRows {
  const { plan, passthrough, splitter, labelColumn } = shape;
  const counts = plan.views.map(() => ({ missing: 0, expired: 0 }));
  const ttls = plan.views.map(({ view }) => (view.ttlSeconds === null ? null : BigInt(view.ttlSeconds) * 1_000_000n));
  const made = columnsMade(plan);
  const counted = plan.labels.map(() => ({ nulls: 0, notKnownYet: 0, alreadyVisible: 0 }));
  const columns: ResultColumn[] = [
    ...plan.entity.key.map(({ name, type }): ResultColumn => ({ name, role: "key", type })),
    { name: shape.asOfColumn, role: "as_of", type: "timestamp" },
    ...passthrough.map((column): ResultColumn => ({ ...column, role: "passthrough" })),
    ...(splitter === null ? [] : [{ name: "_split", role: "split", type: "string" } as const]),
    ...made.map(({ column, type }): ResultColumn => ({ name: column, role: "feature", type })),
    ...plan.labels.map(({ column, feature }): ResultColumn => ({ name: column, role: "label", type: feature.type })),
  ];
  const labels = columns.filter(({ name, role }) => role === "label" || name === labelColumn);
  const report = createSplitReport(
    splitter?.by.parts ?? ["all"],
    labels.map(({ name }) => name),
  );
  const leakage = createLeakageCheck(
    columns.filter(({ role }) => role === "feature"),
    labels,
  );
  const typeOf = new Map(passthrough.map(({ name, type }) => [name, type]));
  const lost = createLostCounter(plan);
  let done = 0;

  /** Returns the row's labels, with null for those not known yet, and counts them. */
  const labelsOf = (micros: bigint, cells: readonly LabelCell[], example: () => LostExample): readonly Cell[] =>
    plan.labels.map((label, index) => {
      const { column, feature, horizonSeconds } = label;
      const count = counted[index];
      const until = shape.knownUntil[index] ?? null;
      const { cell, eventTime, isLost } = cells[index] ?? { cell: null, eventTime: null, isLost: false };
      const isKnown = until !== null && micros + BigInt(horizonSeconds) * 1_000_000n <= until;
      const known = isKnown ? finite(column, feature.type, cell, done) : null;
      if (isKnown && isLost) lost.seeLabel(label, { number: done + 1, example });
      if (count === undefined) return known;
      if (!isKnown) count.notKnownYet += 1;
      if (known === null) count.nulls += 1;
      else if (eventTime !== null && eventTime <= micros) count.alreadyVisible += 1;
      return known;
    });

  const rowOf = (row: JoinedRow, labelCells: readonly LabelCell[]): ResultRow => {
    const micros = BigInt(row.at ?? "");
    const asOf = instantText(micros);
    for (const [index, count] of counts.entries()) {
      const event = row[`e${index + 1}`];
      const ttl = ttls[index];
      if (event === null || event === undefined) count.missing += 1;
      else if (ttl !== null && ttl !== undefined && micros - BigInt(event) > ttl) count.expired += 1;
    }
    const keys = plan.entity.key.map((_, index) => row[`k${index + 1}`] ?? "");
    const more = passthroughOf(row.p ?? null, passthrough);
    const cellOf = (name: string): Cell => {
      const key = plan.entity.key.findIndex((each) => each.name === name);
      if (key !== -1) return JSON.stringify(keys[key]);
      const cell = more[passthrough.findIndex((each) => each.name === name)] ?? null;
      // Other programs write a missing number as NaN: it is neither a label value nor a group.
      return cell === '"NaN"' && typeOf.get(name) === "float64" ? null : cell;
    };
    const part = splitter === null ? "all" : splitter.by.partOf({ keys, asOf, group: groupText(splitter, cellOf) });
    const values = made.map(({ type, column }, index) => finite(column, type, row[`f${index + 1}`] ?? null, done));
    const example = () => exampleOf(shape, keys, asOf);
    lost.seeFeatures(row, { number: done + 1, example });
    const known = labelsOf(micros, labelCells, example);
    const labelValues = labelColumn === null ? known : [cellOf(labelColumn), ...known];
    report.see(part, labelValues);
    leakage.see(values, labelValues);
    return [
      ...plan.entity.key.map(({ type }, index) =>
        type === "int32" ? (keys[index] ?? "") : JSON.stringify(keys[index]),
      ),
      `"${asOf}"`,
      ...more,
      ...(splitter === null ? [] : [`"${part}"`]),
      ...values,
      ...known,
    ];
  };

  return {
    columns,
    async *chunks(options) {
      const keys = plan.entity.key.map(({ name }) => name);
      const stream = engine.joinedRows(shape.spine, keys, shape.join, options);
      const pause = createPause();
      for await (const chunk of stream) {
        let rows: ResultRow[] = [];
        let characters = 0;
        for (const row of chunk) {
          rows.push(rowOf(row, shape.labels === null ? [] : await shape.labels.next()));
          characters += row.p?.length ?? 0;
          done += 1;
          if (rows.length * columns.length >= PIECE_CELLS || characters >= PIECE_CHARACTERS) {
            yield rows;
            rows = [];
            characters = 0;
          }
          await pause();
        }
        if (rows.length > 0) yield rows;
      }
    },
    rows: () => done,
    views: () => counts,
    parts: () => report.report(),
    labels: () => counted,
    leakage: () => leakage.report(pastValues(plan)),
    lost,
  };
}

/** Returns whether an Arrow type beyond int64 holds whole numbers; they are written as bare JSON numbers. */
function isWhole(arrow: string | undefined): boolean {
  return arrow === "uint64" || arrow?.endsWith(", 0)") === true;
}

const FINITE: ReadonlySet<string> = new Set(["float32", "float64", "float64[]", "timestamp", "date", "decimal"]);

/** Returns a value's JSON text, or null for a missing value. */
function finite(column: string, type: ValueType, json: Cell, row: number): Cell {
  if (json === null || json === "null") return null;
  if (FINITE.has(type) && /nan|infinity/i.test(json)) throw notFinite(column, row);
  return json;
}

function exampleOf({ plan, asOfColumn }: ResultShape, keys: readonly string[], asOf: string): LostExample {
  const parts = plan.entity.key.map(({ name, type }, index): [string, string | number] => {
    const text = keys[index] ?? "";
    return [name, type === "int32" ? Number(text) : text];
  });
  return Object.fromEntries([...parts, [asOfColumn, asOf]]);
}

/** Returns a note for each label whose own feature is also requested. */
function pastValues({ features, labels }: TrainingPlan): readonly string[] {
  return labels.flatMap(({ column, registered, feature }) => {
    const own = features.find((each) => each.registered === registered && each.feature === feature);
    return own === undefined
      ? []
      : [`"${own.column}" is "${column}" as it was at the as-of time: the past value, not the label.`];
  });
}

function notFinite(column: string, row: number): FeatstoreError {
  return new FeatstoreError(
    "training_value_not_finite",
    `"${column}" is NaN or infinite for spine row ${row + 1}: return null for such values in its definition, or correct the source.`,
    { errors: [{ path: `row ${row + 1}, ${column}`, detail: "it is NaN or infinite" }] },
  );
}

function groupText({ groupColumn }: { readonly groupColumn: string | null }, cellOf: (name: string) => Cell) {
  const cell = groupColumn === null ? null : cellOf(groupColumn);
  return cell?.startsWith('"') === true ? String(JSON.parse(cell)) : cell;
}

/** Returns a row's passthrough values in column order; numbers as numbers even if the spine had only texts. */
function passthroughOf(text: string | null, columns: readonly PassthroughColumn[]): readonly Cell[] {
  if (text === null) return columns.map(() => null);
  const values = new Map<string, string>();
  eachMember(text, (name, value) => void values.set(name, value.text));
  return columns.map(({ name, type, arrow }) => {
    const json = values.get(name) ?? "null";
    if (json === "null") return null;
    const isNumber = type === "int64" || type === "float64" || isWhole(arrow);
    return isNumber && /^"-?\d/.test(json) ? json.slice(1, -1) : json;
  });
}
