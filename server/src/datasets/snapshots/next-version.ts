import { canonicalJson } from "@featstore/definitions/compiler";
import type { SnapshotChanges, SnapshotColumn, SnapshotManifest } from "../dataset-types";

export type VersionPart = "major" | "minor" | "patch";

type ColumnShape = Pick<SnapshotColumn, "name" | "type" | "nullable">;

/** Compares the columns of two snapshots. A column that may be null now, and was not, counts as retyped. */
export function columnChanges(
  before: readonly ColumnShape[],
  now: readonly ColumnShape[],
): Pick<SnapshotChanges, "columnsAdded" | "columnsRemoved" | "columnsRetyped"> {
  const earlier = new Map(before.map((column) => [column.name, column]));
  const later = new Set(now.map(({ name }) => name));
  const isRetyped = (column: ColumnShape) => {
    const old = earlier.get(column.name);
    return (
      old !== undefined &&
      (canonicalJson(old.type) !== canonicalJson(column.type) || (column.nullable && !old.nullable))
    );
  };
  return {
    columnsAdded: now.filter(({ name }) => !earlier.has(name)).map(({ name }) => name),
    columnsRemoved: before.filter(({ name }) => !later.has(name)).map(({ name }) => name),
    columnsRetyped: now.filter(isRetyped).map(({ name }) => name),
  };
}

/**
 * Decides which part of the version the changes increase: `major` if rows or columns were changed or removed, `minor` if
 * there are only additions, else `patch`. Another split counts as a change: rows may have moved from training to test.
 */
export function versionPart(
  changes: SnapshotChanges,
  before: Pick<SnapshotManifest, "definition">,
  now: Pick<SnapshotManifest, "definition">,
): VersionPart {
  const { added, changed, removed, columnsAdded, columnsRemoved, columnsRetyped } = changes;
  const isSplitAgain = canonicalJson(before.definition.split) !== canonicalJson(now.definition.split);
  if (changed + removed + columnsRemoved.length + columnsRetyped.length > 0 || isSplitAgain) return "major";
  return added + columnsAdded.length > 0 ? "minor" : "patch";
}

/**
 * Increases a version.
 *
 * @example increased("1.4.2", "minor") // "1.5.0"
 */
export function increased(version: string, part: VersionPart): string {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (part === "major") return `${major + 1}.0.0`;
  return part === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}
