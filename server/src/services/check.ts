import {
  type CheckOptions,
  checkCatalog,
  checkDefinitions,
  checkRenames,
  checkTieBreaks,
  checkVersions,
  type Definitions,
  type Diagnostic,
  hasErrors,
  instantText,
  type KnownNames,
  type RegisteredVersion,
  relationsOf,
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
  const known = snapshot && renameViews(snapshot, definitions.featureViews).snapshot;
  const registered = [...(known?.featureViews.values() ?? [])]
    .flatMap(({ versions }) => [...versions.values()])
    .map(({ view }) => view);
  const judged = checkDefinitions(definitions, { ...options, registered });
  if (hasErrors(judged)) return judged;
  const renames = checkRenames(definitions, snapshot === null ? noNames : knownNames(snapshot), options);
  const versions = known === null ? [] : checkVersions(definitions, registeredVersions(known), options);
  const diagnostics = [...judged, ...renames, ...versions];
  if (catalog === null || hasErrors(diagnostics)) return diagnostics;
  const described = await catalog.describe(relationsOf(definitions));
  return [
    // Which rows are equal in time is guessed without the database, and known with it.
    ...diagnostics.filter(({ code }) => code !== "tie_break_missing"),
    ...checkTieBreaks(definitions, described, options),
    ...checkCatalog(definitions, described, options),
  ];
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
