import { profileQuery } from "@featstore/definitions/compiler";
import { FeatstoreError } from "../core/index";
import type { RunLog } from "../materialization/index";
import type { RegisteredView } from "../registry/index";
import type { ProfiledGeneration, QualityStore } from "./quality-store";

/** A generation with its profile. */
export type Profiled = ProfiledGeneration & { readonly profile: NonNullable<ProfiledGeneration["profile"]> };

const NUMBER = /^[1-9][0-9]{0,8}$/;

/**
 * Finds a loaded generation of a view version; the served one if `generation` is undefined.
 *
 * @throws FeatstoreError `view_not_materialized`, `profile_not_found`
 */
export async function findGeneration(
  quality: Pick<QualityStore, "generation">,
  { view, served }: RegisteredView,
  generation: string | undefined,
): Promise<ProfiledGeneration> {
  const label = `${view.name}@${view.version}`;
  if (generation === undefined && served === null) {
    throw new FeatstoreError(
      "view_not_materialized",
      `"${label}" has no generation yet: run featstore materialize ${label}.`,
    );
  }
  const number =
    generation === undefined ? served?.generation : NUMBER.test(generation) ? Number(generation) : undefined;
  const found = number && (await quality.generation({ view: view.name, version: view.version, generation: number }));
  if (found) return found;
  throw new FeatstoreError(
    "profile_not_found",
    `"${label}" has no loaded generation ${generation?.slice(0, 20)}${served === null ? "" : `; the served one is ${served.generation}`}.`,
  );
}

/**
 * Finds a generation as `findGeneration` does, with its profile. With `offline`, a missing profile is computed, as after an
 * incremental run; without it, the newest published generation with a profile replaces the served one.
 *
 * @throws FeatstoreError `view_not_materialized`, `profile_not_found`
 */
export async function findProfile(
  quality: Pick<QualityStore, "generation" | "before">,
  registered: RegisteredView,
  generation: string | undefined,
  offline: Pick<RunLog, "profile"> | null,
): Promise<Profiled> {
  const { view } = registered;
  const label = `${view.name}@${view.version}`;
  const found = await findGeneration(quality, registered, generation);
  if (found.profile === null && offline === null && generation === undefined) {
    const newest = await quality.before(found);
    if (newest?.profile) return { ...newest, profile: newest.profile };
  }
  const profile = found.profile ?? (await offline?.profile(found, profileQuery(view, found.table))) ?? null;
  if (profile !== null) return { ...found, profile };
  throw new FeatstoreError(
    "profile_not_found",
    offline === null
      ? `Generation ${found.generation} of "${label}" has no profile yet: featstore profile ${label} --generation ${found.generation} makes it.`
      : `Generation ${found.generation} of "${label}" has no profile, and its table is dropped.`,
  );
}
