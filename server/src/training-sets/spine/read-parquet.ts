import { ParquetFileFault, type ParquetReadOptions, type ParquetThread } from "../../columnar/index";
import { FeatstoreError, settingLabel } from "../../core/index";
import { checkWidth, defaultSpineLimits, type SpineLimits } from "./spine-limits";
import { type PassthroughType, refuseSpine, type SpineColumnType, type SpineReader, type SpineRow } from "./spine-row";

/** Reads a spine from a Parquet file in the thread. Timestamps without a zone and dates count as times without an offset. */
export function parquetSpine(
  parquet: ParquetThread,
  path: string,
  limits: SpineLimits = defaultSpineLimits,
  options: ParquetReadOptions = {},
): SpineReader {
  const types = new Map<string, SpineColumnType>();
  return { isUntyped: false, isExact: true, types, rows: () => rowsOf(parquet, path, limits, types, options) };
}

async function* rowsOf(
  parquet: ParquetThread,
  path: string,
  limits: SpineLimits,
  types: Map<string, SpineColumnType>,
  options: ParquetReadOptions,
): AsyncGenerator<SpineRow> {
  const session = await parquet.openRead(options);
  try {
    const columns = await session.call("openFile", { path, limits: { columns: limits.columns } });
    for (const { name, arrow } of columns) types.set(name, { type: textTypeOf(arrow), arrow });
    let row = 0;
    for (;;) {
      const rows = await session.call("readRows", null);
      if (rows.length === 0) return;
      for (const values of rows) {
        row += 1;
        const rowPath = `row ${row}`;
        if ("detail" in values) {
          const { column, detail } = values;
          yield {
            path: rowPath,
            fault: { code: "spine_row_invalid", path: `${rowPath}, ${column.slice(0, 80)}`, detail },
          };
        } else yield { path: rowPath, cells: new Map(columns.map(({ name }, index) => [name, values[index] ?? null])) };
      }
    }
  } catch (error) {
    throw refusalOf(error, limits);
  } finally {
    session.end();
  }
}

function refusalOf(error: unknown, limits: SpineLimits): unknown {
  if (error instanceof ParquetFileFault) {
    const { code, path, detail } = error.fault;
    if (code === "spine_too_wide") checkWidth(Number.POSITIVE_INFINITY, path, limits);
    refuseSpine(code, path, detail);
  }
  if (error instanceof FeatstoreError && error.code === "parquet_failed")
    refuseSpine(
      "spine_unreadable",
      "spine",
      `the file is damaged, or reading it needs more memory than ${settingLabel("training_sets.parquet_mb")} allows: write smaller row groups, or raise the setting`,
    );
  return error;
}

/** Returns how a column's text values are interpreted. */
function textTypeOf(arrow: string): PassthroughType {
  if (arrow === "bool") return "bool";
  if (arrow === "uint64" || arrow.startsWith("decimal")) return "decimal";
  if (/^u?int\d+$/.test(arrow)) return "int64";
  if (/^float\d+$/.test(arrow)) return "float64";
  if (arrow.startsWith("date")) return "date";
  if (arrow.startsWith("timestamp")) return "timestamp";
  return arrow.includes("list<") ? "json" : "string";
}
