import { jsonText } from "@featstore/definitions";
import type { CallOptions, Database } from "../../database/database";
import { quoteIdentifier } from "../../database/sql-text";
import { FeatstoreError } from "../../errors";
import { instantText } from "../instant";
import { eachMember } from "../json-text";
import type { PassthroughColumn } from "./check-spine";
import type { ResultColumn, ResultRow } from "./result-column";
import type { Cell } from "./spine-row";
import type { Splitter } from "./split";
import { createSplitReport, type PartReport } from "./split-report";
import type { PlannedStatement, TrainingPlan } from "./training-plan";

const CHUNK_ROWS = 1000;

/** How the rows of a view stand at their spine rows' times. */
export interface ViewCounts {
  readonly missing: number;
  readonly expired: number;
}

export interface ResultShape {
  readonly plan: TrainingPlan;
  readonly planned: PlannedStatement;
  /** The spine's table in schema `featstore`. */
  readonly table: string;
  readonly asOfColumn: string;
  readonly passthrough: readonly PassthroughColumn[];
  readonly splitter: { readonly by: Splitter; readonly groupColumn: string | null } | null;
  /** The passthrough column whose balance is reported. */
  readonly label: string | null;
}

/** The result on its way: rows in spine order, with what is counted while they pass. */
export interface ResultRows {
  readonly columns: readonly ResultColumn[];
  chunks(options: CallOptions): AsyncGenerator<readonly ResultRow[]>;
  /** Rows given so far. */
  rows(): number;
  views(): readonly ViewCounts[];
  /** By part; without a split one part, `all`. */
  parts(): Readonly<Record<string, PartReport>>;
}

/**
 * Runs the statement over the spine's table. Rows come as a stream and are given in chunks: nothing is held but one.
 * Errors: `DatabaseError`; `training_value_not_finite` where a value is NaN or infinite.
 */
export function resultRows(database: Database, shape: ResultShape): ResultRows {
  const { plan, passthrough, splitter, label } = shape;
  const counts = plan.views.map(() => ({ missing: 0, expired: 0 }));
  const ttls = plan.views.map(({ view }) => (view.ttlSeconds === null ? null : BigInt(view.ttlSeconds) * 1_000_000n));
  const report = createSplitReport(splitter?.by.parts ?? ["all"], label !== null);
  const columns: ResultColumn[] = [
    ...plan.entity.key.map(({ name, type }): ResultColumn => ({ name, role: "key", type })),
    { name: shape.asOfColumn, role: "as_of", type: "timestamp" },
    ...passthrough.map(({ name, type }): ResultColumn => ({ name, role: "passthrough", type })),
    ...(splitter === null ? [] : [{ name: "_split", role: "split", type: "string" } as const]),
    ...plan.features.map(
      ({ column, feature }): ResultColumn => ({ name: column, role: "feature", type: feature.type }),
    ),
  ];
  let done = 0;

  const rowOf = (row: Readonly<Record<string, string | null>>): ResultRow => {
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
      return more[passthrough.findIndex((each) => each.name === name)] ?? null;
    };
    const part = splitter === null ? "all" : splitter.by.partOf({ keys, asOf, group: groupText(splitter, cellOf) });
    report.see(part, label === null ? null : cellOf(label));
    return [
      ...plan.entity.key.map(({ type }, index) =>
        type === "int32" ? (keys[index] ?? "") : JSON.stringify(keys[index]),
      ),
      `"${asOf}"`,
      ...more,
      ...(splitter === null ? [] : [`"${part}"`]),
      ...plan.features.map(({ feature: { type }, column }, index) => {
        const json = row[`f${index + 1}`] ?? "null";
        if (FINITE.has(type) && json !== "null" && /nan|infinity/i.test(json)) throw notFinite(column, done);
        return json === "null" ? null : json;
      }),
    ];
  };

  return {
    columns,
    async *chunks(options) {
      const { compiled } = shape.planned;
      const statement = { text: resultQuery(shape), parameters: compiled.statement.parameters };
      const stream = database.stream<Record<string, string | null>>(statement, { chunkRows: CHUNK_ROWS, ...options });
      for await (const chunk of stream) {
        const rows: ResultRow[] = [];
        for (const row of chunk) {
          rows.push(rowOf(row));
          done += 1;
        }
        yield rows;
      }
    },
    rows: () => done,
    views: () => counts,
    parts: () => report.report(),
  };
}

const FINITE: ReadonlySet<string> = new Set(["float32", "float64", "float64[]", "timestamp", "date", "decimal"]);

function notFinite(column: string, row: number): FeatstoreError {
  return new FeatstoreError(
    "training_value_not_finite",
    `"${column}" is NaN or infinite for spine row ${row + 1}: let its definition give null for such values, or correct the source.`,
    { errors: [{ place: `row ${row + 1}, ${column}`, detail: "it is NaN or infinite" }] },
  );
}

function groupText({ groupColumn }: { readonly groupColumn: string | null }, cellOf: (name: string) => Cell) {
  const cell = groupColumn === null ? null : cellOf(groupColumn);
  return cell?.startsWith('"') === true ? String(JSON.parse(cell)) : cell;
}

/** A row's passthrough values in column order, numbers as numbers even where the spine had only texts. */
function passthroughOf(text: string | null, columns: readonly PassthroughColumn[]): readonly Cell[] {
  if (text === null) return columns.map(() => null);
  const values = new Map<string, string>();
  eachMember(text, (name, value) => void values.set(name, value.text));
  return columns.map(({ name, type }) => {
    const json = values.get(name) ?? "null";
    if (json === "null") return null;
    const isNumber = type === "int64" || type === "float64";
    return isNumber && json.startsWith('"') ? json.slice(1, -1) : json;
  });
}

/** The statement's rows beside the spine's, every value as text. */
function resultQuery({ plan, planned, table }: ResultShape): string {
  const micros = (instant: string) => `(extract(epoch from ${instant}) * 1000000)::bigint::text`;
  const items = [
    `${micros('"spine"."_as_of"')} as "at"`,
    ...plan.entity.key.map(({ name }, index) => `"spine".${quoteIdentifier(name)}::text as "k${index + 1}"`),
    '"spine"."_passthrough" as "p"',
    ...plan.views.map((_, index) => `${micros(`"known"."_event_time_${index + 1}"`)} as "e${index + 1}"`),
    ...plan.features.map(
      ({ feature }, index) =>
        `${jsonText(`"known".${quoteIdentifier(planned.names[index] ?? "")}`, feature.type)} as "f${index + 1}"`,
    ),
  ];
  return `select
  ${items.join(",\n  ")}
from (
${planned.compiled.statement.text}
) as "known"
join "featstore".${quoteIdentifier(table)} as "spine" on "spine"."_row" = "known"."_row"
order by "known"."_row"`;
}
