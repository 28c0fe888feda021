import { type Config, defaultNumber, settingLabel } from "../../core/index";
import { refuseSpine } from "./spine-row";

/** Size limits of a spine besides its row count, in bytes of UTF-8. */
export type SpineLimits = Config["trainingSets"]["spineLimits"];

const KIBIBYTE = 1024;

/** The default limits of the settings. */
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

/** Refuses a line that is too long, by its length in characters or bytes. */
export function checkLine(length: number, path: string, limits: SpineLimits): void {
  if (length <= limits.lineBytes) return;
  refuseSpine(
    "spine_line_too_long",
    path,
    `it has more than ${limits.lineBytes} bytes: shorten its values, or raise ${settingLabel("training_sets.line_kb")}`,
  );
}

/** Refuses a row if one value, or all values together, are too long. */
export function checkValues(cells: ReadonlyMap<string, string | null>, path: string, limits: SpineLimits): void {
  let line = 0;
  for (const [name, cell] of cells) {
    if (cell === null) continue;
    // A UTF-16 code unit has at most three bytes in UTF-8.
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

/** Refuses column names whose total length is too long. */
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
