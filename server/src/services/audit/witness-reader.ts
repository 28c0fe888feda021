import type { FeatureView } from "@featstore/definitions";
import type { AnsweredGeneration, ComputedWitness } from "../../stores/audit-store";
import { OnlineStoreError } from "../../stores/online-store";
import type { RegisteredView, RegistrySnapshot } from "../../stores/registry";
import type { AuditDependencies, AuditOptions } from "./audit";
import type { ViewRow } from "./expected-answer";
import { storedRows } from "./stored-rows";

/** What a generation's table holds of a witness; `row` undefined: nothing, or no key led to one. */
export interface WitnessedRow {
  readonly view: FeatureView;
  readonly row: ViewRow | undefined;
}

/** Reads witnesses from their generations' own tables, those of one generation at once. */
export interface WitnessReader {
  /** Those whose view or generation is gone are absent. */
  read(witnesses: readonly ComputedWitness[]): Promise<ReadonlyMap<ComputedWitness, WitnessedRow>>;
}

export function createWitnessReader(
  { audit, tables, snapshot }: AuditDependencies & { readonly snapshot: RegistrySnapshot },
  options: AuditOptions,
): WitnessReader {
  const generations = new Map<string, Promise<AnsweredGeneration | undefined>>();
  const generationOf = ({ view, version, generation }: ComputedWitness) => {
    const name = `${view}@${version} ${generation}`;
    const known = generations.get(name) ?? audit.generation({ view, version, generation }, options);
    generations.set(name, known);
    return known;
  };

  return {
    async read(witnesses) {
      const groups = new Map<AnsweredGeneration, { registered: RegisteredView; own: ComputedWitness[] }>();
      for (const witness of witnesses) {
        const registered = snapshot.featureViews.get(witness.view)?.versions.get(witness.version);
        const generation = await generationOf(witness);
        if (registered === undefined || generation === undefined || generation.isDropped) continue;
        const group = groups.get(generation) ?? { registered, own: [] };
        group.own.push(witness);
        groups.set(generation, group);
      }
      const found = new Map<ComputedWitness, WitnessedRow>();
      for (const [{ table, asOf }, { registered, own }] of groups) {
        const keyed = own.flatMap((witness) =>
          witness.key === null ? [] : [{ ...witness, key: witness.key, asOf, witness }],
        );
        const rows = await unlessGone(storedRows(tables, registered, table, keyed, options.deadlineMs));
        if (rows === null) continue;
        for (const witness of own)
          if (witness.key === null) found.set(witness, { view: registered.view, row: undefined });
        keyed.forEach(({ witness }, index) => void found.set(witness, { view: registered.view, row: rows[index] }));
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
