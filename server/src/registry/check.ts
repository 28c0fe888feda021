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
} from "@featstore/definitions/compiler";
import type { Engine } from "../engine/index";
import type { RegistrySnapshot } from "./registry";
import { renameViews } from "./rename-views";

export interface CheckDependencies {
  /** The database to compare the sources with; null: definitions are checked without a database. */
  readonly catalog: Pick<Engine, "describe"> | null;
  /** The applied registry, from which services may select; null: none. */
  readonly snapshot: RegistrySnapshot | null;
}

/**
 * Reports everything that is wrong with definitions: first by the rules of the language, then, if those hold, by
 * comparing the sources with the database.
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
  /** The parts of the database that the definitions read; null if no database was used. */
  readonly described: Catalog | null;
}

/** Like `check`, and also returns the database's description of the sources. */
export async function checkAndDescribe(
  { catalog, snapshot }: CheckDependencies,
  definitions: Definitions,
  options: CheckOptions = {},
): Promise<CheckedDefinitions> {
  const known = snapshot && renameViews(snapshot, definitions.featureViews).snapshot;
  const registered = [...(known?.featureViews.values() ?? [])]
    .flatMap(({ versions }) => [...versions.values()])
    .map(({ view }) => view);
  const registeredServices = [...(known?.featureServices.values() ?? [])]
    .flatMap(({ versions }) => [...versions.values()])
    .map(({ service }) => service);
  const judged = checkDefinitions(definitions, { ...options, registered, registeredServices });
  if (hasErrors(judged)) return { diagnostics: judged, described: null };
  const described = (await catalog?.describe(relationsOf(definitions))) ?? null;
  const resolved = { ...definitions, featureViews: definitions.featureViews.map(viewResolver(known, described)) };
  const renames = checkRenames(definitions, snapshot === null ? noNames : knownNames(snapshot), options);
  const versions = known === null ? [] : checkVersions(resolved, registeredVersions(known), options);
  const diagnostics = [...judged, ...renames, ...versions];
  if (described === null || hasErrors(diagnostics)) return { diagnostics, described };
  return {
    diagnostics: [
      // Without a database, ties in time are guessed; the database tells exactly.
      ...diagnostics.filter(({ code }) => code !== "tie_break_missing"),
      ...checkTieBreaks(definitions, described, options),
      ...checkCatalog(definitions, described, options),
      ...checkResolution(definitions.featureViews, registered, described, options),
    ],
    described,
  };
}

/**
 * Resolves the relations that a view's names refer to: as of the apply for an applied version, as of now for a new one.
 * `described`: null if no database was used.
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
