import type { FeatureView } from "@featstore/definitions/compiler";
import type { ViewRow } from "../engine/index";
import type { RegisteredView, RegistrySnapshot } from "../registry/index";
import { OnlineStoreError } from "../serving/index";
import type { AuditedGeneration, ComputedSourceRow } from "./audit-store";
import type { AuditDependencies, AuditOptions } from "./audit-types";
import { storedRows } from "./stored-rows";

/** A generation's row; `row` is undefined if there is none, or if no key led to one. */
export interface FoundSourceRow {
  readonly view: FeatureView;
  readonly row: ViewRow | undefined;
}

/** Reads source rows from their generations' own tables, all rows of one generation at once. */
export interface SourceRowReader {
  /** Rows whose view or generation is gone are absent. */
  read(sourceRows: readonly ComputedSourceRow[]): Promise<ReadonlyMap<ComputedSourceRow, FoundSourceRow>>;
}

export function createSourceRowReader(
  { audit, tables, snapshot }: Omit<AuditDependencies, "engine"> & { readonly snapshot: RegistrySnapshot },
  options: AuditOptions,
): SourceRowReader {
  const generations = new Map<string, Promise<AuditedGeneration | undefined>>();
  const generationOf = ({ view, version, generation }: ComputedSourceRow) => {
    const name = `${view}@${version} ${generation}`;
    const known = generations.get(name) ?? audit.generation({ view, version, generation }, options);
    generations.set(name, known);
    return known;
  };

  return {
    async read(sourceRows) {
      const groups = new Map<AuditedGeneration, { registered: RegisteredView; own: ComputedSourceRow[] }>();
      for (const sourceRow of sourceRows) {
        const registered = snapshot.featureViews.get(sourceRow.view)?.versions.get(sourceRow.version);
        const generation = await generationOf(sourceRow);
        if (registered === undefined || generation === undefined || generation.isDropped) continue;
        const group = groups.get(generation) ?? { registered, own: [] };
        group.own.push(sourceRow);
        groups.set(generation, group);
      }
      const found = new Map<ComputedSourceRow, FoundSourceRow>();
      for (const [{ table, asOf }, { registered, own }] of groups) {
        const keyed = own.flatMap((sourceRow) =>
          sourceRow.key === null ? [] : [{ ...sourceRow, key: sourceRow.key, asOf, sourceRow }],
        );
        const rows = await unlessGone(storedRows(tables, registered, table, keyed, options.deadlineMs));
        if (rows === null) continue;
        for (const sourceRow of own)
          if (sourceRow.key === null) found.set(sourceRow, { view: registered.view, row: undefined });
        keyed.forEach(({ sourceRow }, index) => void found.set(sourceRow, { view: registered.view, row: rows[index] }));
      }
      return found;
    },
  };
}

async function unlessGone<Result>(result: Promise<Result>): Promise<Result | null> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof OnlineStoreError && error.code === "gone") return null;
    throw error;
  }
}
