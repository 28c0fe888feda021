import {
  appliedRelations,
  type Catalog,
  type CheckOptions,
  checkCatalog,
  checkDefinitions,
  checkRenames,
  checkResolution,
  checkTieBreaks,
  checkVersions,
  currentRelations,
  type Definitions,
  type Diagnostic,
  type FeatureView,
  hasErrors,
  instantText,
  type KnownNames,
  type RegisteredVersion,
  relationsOf,
  resolveRelations,
  serviceMeaningHash,
} from "@featstore/definitions";
import type { CatalogStore } from "../stores/catalog-store";
import type { RegistrySnapshot } from "../stores/registry";
import { renameViews } from "./rename-views";

export interface CheckDependencies {
  /** The database to compare the sources with; null: the definitions are judged alone. */
  readonly catalog: CatalogStore | null;
  /** What is applied, which services may pick from; null: nothing. */
  readonly snapshot: RegistrySnapshot | null;
}

/**
 * Everything that is wrong with definitions: by the rules of the language, and, once they keep those, by what the
 * database says of their sources.
 */
export async function check(
  { catalog, snapshot }: CheckDependencies,
  definitions: Definitions,
  options: CheckOptions = {},
): Promise<readonly Diagnostic[]> {
  return (await checkAndDescribe({ catalog, snapshot }, definitions, options)).diagnostics;
}

export interface CheckedDefinitions {
  readonly diagnostics: readonly Diagnostic[];
  /** The database as far as the definitions read it; null where it was not asked. */
  readonly described: Catalog | null;
}

/** As `check`, with what the database says of the sources. */
export async function checkAndDescribe(
  { catalog, snapshot }: CheckDependencies,
  definitions: Definitions,
  options: CheckOptions = {},
): Promise<CheckedDefinitions> {
  const known = snapshot && renameViews(snapshot, definitions.featureViews).snapshot;
  const registered = [...(known?.featureViews.values() ?? [])]
    .flatMap(({ versions }) => [...versions.values()])
    .map(({ view }) => view);
  const judged = checkDefinitions(definitions, { ...options, registered });
  if (hasErrors(judged)) return { diagnostics: judged, described: null };
  const described = (await catalog?.describe(relationsOf(definitions))) ?? null;
  const resolved = { ...definitions, featureViews: definitions.featureViews.map(viewResolver(known, described)) };
  const renames = checkRenames(definitions, snapshot === null ? noNames : knownNames(snapshot), options);
  const versions = known === null ? [] : checkVersions(resolved, registeredVersions(known), options);
  const diagnostics = [...judged, ...renames, ...versions];
  if (described === null || hasErrors(diagnostics)) return { diagnostics, described };
  return {
    diagnostics: [
      // Which rows are equal in time is guessed without the database, and known with it.
      ...diagnostics.filter(({ code }) => code !== "tie_break_missing"),
      ...checkTieBreaks(definitions, described, options),
      ...checkCatalog(definitions, described, options),
      ...checkResolution(definitions.featureViews, registered, described, options),
    ],
    described,
  };
}

/**
 * Gives a view the relations that its names stand for: in an applied version those of when it was applied, in a new one
 * those of now. `described`: null where the database was not asked.
 */
export function viewResolver(
  snapshot: Pick<RegistrySnapshot, "featureViews"> | null,
  described: Catalog | null,
): (view: FeatureView) => FeatureView {
  const now = currentRelations(described);
  return (view) => {
    const applied = snapshot?.featureViews.get(view.name)?.versions.get(view.version)?.view;
    return resolveRelations(view, applied === undefined ? now : appliedRelations(view, applied, now));
  };
}

const noNames: KnownNames = { views: new Map(), former: new Map() };

function knownNames({ featureViews, formerNames = new Map() }: RegistrySnapshot): KnownNames {
  const saidBefore = [...featureViews].map(
    ([name, { versions }]) => [name, [...versions.values()].flatMap(({ view }) => view.renamedFrom ?? [])] as const,
  );
  const former = [...formerNames].map(([name, { newName }]): [string, string] => [name, newName]);
  return { views: new Map(saidBefore), former: new Map(former) };
}

function registeredVersions({ featureViews, featureServices }: RegistrySnapshot): readonly RegisteredVersion[] {
  const views = [...featureViews.values()].flatMap(({ versions }) => [...versions.values()]);
  const services = [...featureServices.values()].flatMap(({ versions }) => [...versions.values()]);
  return [
    ...views.map(
      ({ view: { name, version }, retirement, appliedAt, ...rest }): RegisteredVersion => ({
        kind: "feature_view",
        name,
        version,
        meaningHash: rest.meaningHash,
        documentHash: rest.documentHash,
        state: rest.state,
        appliedAt: instantText(appliedAt),
        successor: retirement?.successor ?? null,
      }),
    ),
    ...services.map(
      ({ service, documentHash, appliedAt }): RegisteredVersion => ({
        kind: "feature_service",
        name: service.name,
        version: service.version,
        meaningHash: serviceMeaningHash(service),
        documentHash,
        state: "active",
        appliedAt: instantText(appliedAt),
        successor: null,
      }),
    ),
  ];
}
