import type { ExtendedRelation, Source, SourceColumn } from "../ir/nodes";
import { databaseColumnsOf } from "./catalog";
import { checkFilter } from "./check-expression";
import { nearestName } from "./nearest";
import type { Report } from "./report";

const PATH = "source.extend";

function declaredColumn(report: Report, path: string, source: Source, name: string): SourceColumn | undefined {
  const columns = [...source.key, ...source.columns];
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const known = columns.map((column) => column.name);
  report("column_unknown", path, { name, source: source.name, nearest: nearestName(name, known) });
  return undefined;
}

const integers: readonly string[] = ["int32", "int64"];

/** Checks how one source extends another; each source is also checked separately. */
export function checkExtension(report: Report, { base, extension, by, columns }: ExtendedRelation): void {
  for (const { key, column } of by) {
    const path = `${PATH}.by.${key}`;
    const holder = declaredColumn(report, path, base, column);
    const keyColumn = extension.key.find(({ name }) => name === key);
    if (!keyColumn || !holder) continue;
    const isComparable =
      holder.type === keyColumn.type || [holder, keyColumn].every(({ type }) => integers.includes(type));
    if (!isComparable) {
      report("extension_key_differs", path, { key, expected: keyColumn.type, column, found: holder.type });
    }
  }
  const named = by.map(({ key }) => key);
  const keys = extension.key.map(({ name }) => name);
  if (keys.length !== named.length || keys.some((key) => !named.includes(key)))
    report("extension_key_incomplete", `${PATH}.by`, { name: extension.name, keys, named });
  for (const name of columns) {
    const path = `${PATH}.columns.${name}`;
    declaredColumn(report, path, extension, name);
    if (databaseColumnsOf(base).includes(name)) report("column_duplicate", path, { name });
  }
  if (extension.history === "events" || extension.history === "versions")
    report("extension_of_many_rows", PATH, { name: extension.name, history: extension.history });
  checkFilter(report, `${PATH}.where`, extension, extension.filter);
}
