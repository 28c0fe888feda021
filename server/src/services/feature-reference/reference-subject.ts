import {
  compileView,
  type Definitions,
  type Entity,
  type FeatureService,
  type FeatureView,
} from "@featstore/definitions";
import type {
  FormerName,
  HistoryEvent,
  RegistrySnapshot,
  Retirement,
  Versions,
  ViewState,
} from "../../stores/registry";

/** What a reference is written about: a registry at one moment, or definitions that nobody applied yet. */
export interface ReferenceSubject {
  readonly entities: ReadonlyMap<string, Entity>;
  readonly featureViews: ReadonlyMap<string, Versions<SubjectView>>;
  readonly featureServices: ReadonlyMap<string, Versions<SubjectService>>;
  /** By their former names, views that were renamed. Absent: none was. */
  readonly formerNames?: ReadonlyMap<string, Pick<FormerName, "newName" | "state"> & SubjectVersions>;
  /** Newest first. */
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
  /** Microseconds since 1970 UTC; null where it was not applied. */
  readonly appliedAt: bigint | null;
}

export interface SubjectService {
  readonly service: FeatureService;
  readonly appliedAt: bigint | null;
}

/** A registry's snapshot with its history, newest first. */
export function subjectOfRegistry(snapshot: RegistrySnapshot, history: readonly HistoryEvent[]): ReferenceSubject {
  const { entities, featureViews, featureServices, formerNames = new Map() } = snapshot;
  return { entities, featureViews, featureServices, formerNames, history };
}

/** Definitions as if they were applied all at once: the newest version of a name is the promoted one. They have to compile. */
export function subjectOfDefinitions({ featureViews, featureServices }: Definitions): ReferenceSubject {
  const views = featureViews.map((view): SubjectView => {
    const { text, parameters } = compileView(view);
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
