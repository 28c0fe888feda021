import { type FeatureService, featuresReadBy } from "@featstore/definitions/compiler";
import { FeatstoreError } from "../../core/index";
import type { ChosenComputed } from "../computed/computed-selection";
import { type Choice, columnOf } from "./selected-view";

/** The choices of a service. */
export interface ServiceChoices {
  /** In the order of the response. */
  readonly choices: readonly Choice[];
  /** Features that must also be read: for computed features, and for the keys of other entities. */
  readonly needed: readonly Choice[];
  readonly computed?: ChosenComputed;
}

/** Returns the names of views that the services read in several versions. */
export function viewsOfSeveralVersions(services: readonly FeatureService[]): ReadonlySet<string> {
  const pinned = new Map<string, number>();
  const several = new Set<string>();
  for (const { view, version } of services.flatMap(featuresReadBy)) {
    if ((pinned.get(view) ?? version) !== version) several.add(view);
    pinned.set(view, version);
  }
  return several;
}

/**
 * Merges the choices of services, each feature once. Errors: `selection_conflict` if two compute or take inputs, whose
 * names would clash, or if they read one view of another entity by different keys.
 */
export function mergeServices(services: readonly ServiceChoices[]): ServiceChoices {
  const [first, ...others] = services;
  if (first !== undefined && others.length === 0) return first;
  const choices = byColumn(services.flatMap((service) => service.choices));
  const needed = byColumn(services.flatMap((service) => service.needed));
  requireOneKey(services.flatMap((service) => [...service.choices, ...service.needed]));
  for (const column of choices.keys()) needed.delete(column);
  const computing = services.flatMap(({ computed }) => computed ?? []);
  if (computing.length > 1) {
    const names = computing.map(({ service }) => `"${service.name}"`);
    throw conflict(`${names.join(" and ")} compute or take inputs, and only one service of a request may`);
  }
  const [computed] = computing;
  return {
    choices: [...choices.values()],
    needed: [...needed.values()],
    ...(computed === undefined ? {} : { computed }),
  };
}

function byColumn(choices: readonly Choice[]): Map<string, Choice> {
  return new Map(choices.map((choice) => [columnOf(choice), choice]));
}

function requireOneKey(choices: readonly Choice[]): void {
  const keys = new Map<string, string | undefined>();
  for (const { label, through } of choices) {
    const key = through && columnOf(through);
    if (keys.has(label) && keys.get(label) !== key) throw conflict(`The services read "${label}" by different keys`);
    keys.set(label, key);
  }
}

function conflict(detail: string): FeatstoreError {
  return new FeatstoreError("selection_conflict", `${detail}: read the services one by one.`);
}
