import {
  type ChangeWay,
  canonicalJson,
  changeWays,
  DEFAULT_ENGINE,
  type Definitions,
  engineOf,
  keepsItsKeys,
  plainSources,
  relationsOf,
  type Source,
} from "@featstore/definitions/compiler";
import type { Engine } from "../../engine/index";

/** How incremental runs find the changes of a source. */
export interface PlannedChanges {
  readonly source: string;
  /** `full`: changes cannot be found, so its views are computed in full. */
  readonly by: ChangeWay | "full";
  /** Set by lateness. */
  readonly latenessSeconds: number | null;
  /** Why a source is read in full; null if changes can be found. */
  readonly reason: "query" | "extended" | "view_or_foreign_table" | "key_may_change" | "engine" | null;
}

/** Determines how changes are found, for each source by name. The catalog distinguishes tables from views. */
export async function planChanges(
  catalog: Pick<Engine, "describe">,
  definitions: Definitions,
): Promise<readonly PlannedChanges[]> {
  const tables = relationsOf(definitions).filter((each) => each.kind === "table" && engineOf(each) === DEFAULT_ENGINE);
  const { relations } = await catalog.describe(tables);
  const untracked = new Set(
    relations
      .filter((each) => each.state === "found" && each.tellsTransactions === false)
      .map(({ relation }) => canonicalJson(relation)),
  );
  const planned = definitions.featureViews
    .flatMap(({ source, entity }) => (entity.population === null ? [source] : [source, entity.population]))
    .map((source) => {
      const parts = plainSources(source).map(({ relation }) => canonicalJson(relation));
      return changesOf(
        source,
        parts.every((relation) => !untracked.has(relation)),
      );
    });
  const each = new Map(planned.map((one) => [canonicalJson(one), one]));
  return [...each.values()].sort((one, other) => (one.source < other.source ? -1 : 1));
}

function changesOf(source: Source, tellsTransactions: boolean): PlannedChanges {
  const { name, latenessSeconds = null } = source;
  const way = changeWays(source).find((each) => each === "lateness" || tellsTransactions);
  if (way !== undefined)
    return { source: name, by: way, latenessSeconds: way === "lateness" ? latenessSeconds : null, reason: null };
  return { source: name, by: "full", latenessSeconds: null, reason: reasonFor(source) };
}

function reasonFor(source: Source): NonNullable<PlannedChanges["reason"]> {
  const { relation } = source;
  if (!keepsItsKeys(source)) return "key_may_change";
  if (engineOf(source) !== DEFAULT_ENGINE) return "engine";
  return relation.kind === "extended" || relation.kind === "query" ? relation.kind : "view_or_foreign_table";
}
