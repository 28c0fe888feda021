import {
  documentHash,
  type FeatureReference,
  type FeatureService,
  type FeatureView,
  featuresReadBy,
  mapExpression,
  meaningHash,
} from "@featstore/definitions/compiler";
import type { FormerName, RegisteredView, RegistrySnapshot, Versions, ViewRename } from "./registry";

const noNames: ReadonlyMap<string, FormerName> = new Map();

/** A registry in which views already have the names that definitions give them. */
export interface RenamedRegistry {
  readonly snapshot: RegistrySnapshot;
  /** The renames to write; empty if every view already has its name. */
  readonly renames: readonly ViewRename[];
}

/**
 * Renames registered views to the names in the definitions. A view that is registered under its new name, or under
 * neither name, stays as it is.
 */
export function renameViews(snapshot: RegistrySnapshot, featureViews: readonly FeatureView[]): RenamedRegistry {
  const { featureViews: registered, formerNames = noNames } = snapshot;
  const newNames = new Map(
    featureViews.flatMap(({ name, renamedFrom }): [string, string][] =>
      renamedFrom !== undefined && registered.has(renamedFrom) && !registered.has(name) ? [[renamedFrom, name]] : [],
    ),
  );
  if (newNames.size === 0) return { snapshot, renames: [] };
  const views = new Map(
    [...registered].map(([name, versions]) => {
      const to = newNames.get(name);
      return to === undefined ? ([name, versions] as const) : ([to, renamedVersions(versions, to)] as const);
    }),
  );
  const now = [...newNames].flatMap(([from, newName]): [string, FormerName][] => {
    const versions = views.get(newName);
    return versions === undefined
      ? []
      : [[from, { newName, renamedAt: 0n, sunsetAt: null, state: "deprecated", versions }]];
  });
  const before = [...formerNames].map(([name, former]): [string, FormerName] => [
    name,
    { ...former, newName: newNames.get(former.newName) ?? former.newName },
  ]);
  return {
    snapshot: { ...snapshot, featureViews: views, formerNames: new Map([...before, ...now]) },
    renames: [...newNames].map(([from, to]) => ({
      from,
      to,
      versions: [...(views.get(to)?.versions.values() ?? [])].map(({ view, ...hashes }) => ({
        version: view.version,
        definition: view,
        meaningHash: hashes.meaningHash,
        documentHash: hashes.documentHash,
      })),
    })),
  };
}

function renamedVersions(versions: Versions<RegisteredView>, name: string): Versions<RegisteredView> {
  const entries = [...versions.versions].map(([version, registered]) => {
    const view = { ...registered.view, name };
    return [
      version,
      { ...registered, view, meaningHash: meaningHash(view), documentHash: documentHash(view) },
    ] as const;
  });
  return { ...versions, versions: new Map(entries) };
}

/** Current and former names of views. */
export interface ViewNames {
  readonly featureViews: ReadonlyMap<string, unknown>;
  readonly formerNames?: ReadonlyMap<string, Pick<FormerName, "newName" | "state">>;
}

/** Returns the current name of a view, for any name that is still valid. */
export function presentName({ featureViews, formerNames }: ViewNames, name: string): string {
  if (featureViews.has(name)) return name;
  const former = formerNames?.get(name);
  return former === undefined || former.state === "retired" ? name : former.newName;
}

/** Returns the former names of a view that are still valid. */
export function namesBefore({ formerNames = noNames }: RegistrySnapshot, name: string): readonly string[] {
  return [...formerNames].flatMap(([before, { newName, state }]) =>
    newName === name && state !== "retired" ? [before] : [],
  );
}

/** Returns a service with the current names of the views that it reads. */
export function withPresentNames(service: FeatureService, names: ViewNames): FeatureService {
  const nameOf = (view: string): string => presentName(names, view);
  if (featuresReadBy(service).every(({ view }) => nameOf(view) === view)) return service;
  const referenceOf = ({ through, ...reference }: FeatureReference): FeatureReference => ({
    ...reference,
    view: nameOf(reference.view),
    ...(through === undefined ? {} : { through: referenceOf(through) }),
  });
  const computed = service.computed?.map((feature) => ({
    ...feature,
    expression: mapExpression(feature.expression, (node) => {
      if (node.kind !== "column") return node;
      const [view = "", ...rest] = node.name.split(".");
      return { ...node, name: [nameOf(view), ...rest].join(".") };
    }),
  }));
  return { ...service, features: service.features.map(referenceOf), ...(computed === undefined ? {} : { computed }) };
}
