import type { FilePartition } from "@featstore/definitions/compiler";
import { EngineError } from "../engine-error";

/** The name that Hive and Spark write for null. */
const NULL = "__HIVE_DEFAULT_PARTITION__";

const FORMS: Readonly<Record<FilePartition["type"], (value: string) => boolean>> = {
  string: () => true,
  int32: (value) => /^[+-]?\d{1,10}$/.test(value),
  int64: (value) => /^[+-]?\d{1,19}$/.test(value),
  date: (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
};

/**
 * Requires that the path of each file has the declared partitions, `day=2026-01-31`, with values of their types. Errors:
 * `engine_source_failed`, which names the file.
 */
export function requirePartitions(paths: readonly string[], partitions: readonly FilePartition[]): void {
  for (const path of paths) {
    const values = valuesOf(path);
    for (const { name, type } of partitions) {
      const value = values.get(name.toLowerCase());
      if (value === undefined)
        throw new EngineError(
          "engine_source_failed",
          `${path} is in no folder ${name}=…, which the partition "${name}" needs.`,
        );
      if (value !== NULL && !FORMS[type](value))
        throw new EngineError("engine_source_failed", `${path}: the partition "${name}" is no ${type}.`);
    }
  }
}

/** The partitions of a path by their names in lower case, as DuckDB compares them. */
function valuesOf(path: string): ReadonlyMap<string, string> {
  const folders = path.split("/").slice(0, -1);
  return new Map(
    folders.flatMap((folder): (readonly [string, string])[] => {
      const at = folder.indexOf("=");
      return at < 1 ? [] : [[decode(folder.slice(0, at)).toLowerCase(), decode(folder.slice(at + 1))]];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
