import type { Definitions, Engines, Entity, FeatureService, FeatureView } from "@featstore/definitions/compiler";
import { viewQuery } from "../engine/index";
import type { FormerName, HistoryEvent, RegistrySnapshot, Retirement, Versions, ViewState } from "../registry/index";

/** The subject of a reference: a snapshot of a registry, or definitions that are not applied yet. */
export interface ReferenceSubject {
  readonly entities: ReadonlyMap<string, Entity>;
  readonly featureViews: ReadonlyMap<string, Versions<SubjectView>>;
  readonly featureServices: ReadonlyMap<string, Versions<SubjectService>>;
  /** Renamed views by former name. Absent if there are none. */
  readonly formerNames?: ReadonlyMap<string, Pick<FormerName, "newName" | "state"> & SubjectVersions>;
  /** Events, newest first. */
  readonly history: readonly HistoryEvent[];
}

interface SubjectVersions {
  readonly versions: Versions<SubjectView>;
}

export interface SubjectView {
  readonly view: FeatureView;
  readonly state: ViewState;
  readonly retirement: Retirement | null;
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  /** Microseconds since 1970 UTC; null if it is not applied. */
  readonly appliedAt: bigint | null;
}

export interface SubjectService {
  readonly service: FeatureService;
  readonly appliedAt: bigint | null;
}

/** Creates the subject of a registry's snapshot and its history, newest first. */
export function subjectOfRegistry(snapshot: RegistrySnapshot, history: readonly HistoryEvent[]): ReferenceSubject {
  const { entities, featureViews, featureServices, formerNames = new Map() } = snapshot;
  return { entities, featureViews, featureServices, formerNames, history };
}

/** Creates the subject of definitions, which must compile: the newest version of each name counts as promoted. */
export function subjectOfDefinitions(
  { featureViews, featureServices }: Definitions,
  engines?: Engines,
): ReferenceSubject {
  const views = featureViews.map((view): SubjectView => {
    const { text, parameters } = viewQuery(view, engines);
    return { view, state: "active", retirement: null, sql: text, parameters, appliedAt: null };
  });
  return {
    entities: new Map(featureViews.map(({ entity }) => [entity.name, entity])),
    featureViews: versionsBy(views, ({ view }) => view),
    featureServices: versionsBy(
      featureServices.map((service): SubjectService => ({ service, appliedAt: null })),
      ({ service }) => service,
    ),
    history: [],
  };
}

function versionsBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => { readonly name: string; readonly version: number },
): ReadonlyMap<string, Versions<Item>> {
  const byName = new Map<string, Map<number, Item>>();
  for (const item of items) {
    const { name, version } = nameOf(item);
    byName.set(name, (byName.get(name) ?? new Map<number, Item>()).set(version, item));
  }
  return new Map(
    [...byName].map(([name, versions]) => [name, { promoted: Math.max(...versions.keys()), next: null, versions }]),
  );
}
