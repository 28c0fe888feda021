import { defaultNumber, settingLabel } from "../../settings";
import { refuseSpine } from "./spine-row";

/** How large a spine may be, besides its rows. Bytes are of UTF-8. */
export interface SpineLimits {
  readonly columns: number;
  /** Of one value, as JSON text. */
  readonly fieldBytes: number;
  /** Of one row: a line of CSV or JSON Lines, or a row's values together. */
  readonly lineBytes: number;
  /** Of all column names together. */
  readonly headerBytes: number;
}

const KIBIBYTE = 1024;

/** What the settings allow by default. */
export const defaultSpineLimits: SpineLimits = {
  columns: defaultNumber("training_sets.columns"),
  fieldBytes: defaultNumber("training_sets.field_kb") * KIBIBYTE,
  lineBytes: defaultNumber("training_sets.line_kb") * KIBIBYTE,
  headerBytes: defaultNumber("training_sets.header_kb") * KIBIBYTE,
};

/** Refuses a row or a header with more columns than allowed. */
export function checkWidth(columns: number, path: string, limits: SpineLimits): void {
  if (columns <= limits.columns) return;
  refuseSpine(
    "spine_too_wide",
    path,
    `it has more than ${limits.columns} columns: keep what you need, or raise ${settingLabel("training_sets.columns")}`,
  );
}

/** Refuses a line by its length, in characters or in bytes. */
export function checkLine(length: number, path: string, limits: SpineLimits): void {
  if (length <= limits.lineBytes) return;
  refuseSpine(
    "spine_line_too_long",
    path,
    `it has more than ${limits.lineBytes} bytes: shorten its values, or raise ${settingLabel("training_sets.line_kb")}`,
  );
}

/** Refuses a row with a value, or values together, longer than allowed. */
export function checkValues(cells: ReadonlyMap<string, string | null>, path: string, limits: SpineLimits): void {
  let line = 0;
  for (const [name, cell] of cells) {
    if (cell === null) continue;
    // No character of UTF-16 has more than three bytes in UTF-8.
    const bytes = cell.length * 3 <= limits.fieldBytes ? cell.length : Buffer.byteLength(cell);
    if (bytes > limits.fieldBytes)
      refuseSpine(
        "spine_field_too_long",
        `${path}, ${name.slice(0, 80)}`,
        `it has ${bytes} bytes, more than ${limits.fieldBytes}: shorten it, or raise ${settingLabel("training_sets.field_kb")}`,
      );
    line += bytes;
  }
  checkLine(line, path, limits);
}

/** Refuses column names that are too long together. */
export function checkHeader(names: Iterable<string>, path: string, limits: SpineLimits): void {
  let bytes = 0;
  for (const name of names) bytes += Buffer.byteLength(name);
  if (bytes > limits.headerBytes)
    refuseSpine(
      "spine_header_too_long",
      path,
      `its column names have ${bytes} bytes, more than ${limits.headerBytes}: shorten them, or raise ${settingLabel("training_sets.header_kb")}`,
    );
}
