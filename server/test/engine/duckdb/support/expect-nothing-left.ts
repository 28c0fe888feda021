import { expect } from "vitest";
import type { Database } from "../../../../src/database/database";
import { survey } from "../../../materialization/crash/actions";
import type { Survey } from "../../../materialization/crash/order";
import type { Lake } from "./lake";

/** Expects that a whole generation of `scores@1` is served, as of its own time. */
export async function expectWhole(database: Database, tracks: number): Promise<Survey> {
  const found = await survey(database);
  expect([found.servedRows, found.peopleRows, found.wrongRows]).toEqual([tracks, tracks, 0]);
  return found;
}

/** Expects a whole generation, and of runs that have ended no table, lease, folder, pipe or process. */
export async function expectNothingLeft(database: Database, lake: Lake, tracks: number): Promise<Survey> {
  const found = await expectWhole(database, tracks);
  expect(found.relations).toEqual(found.expectedRelations);
  expect([found.leases, found.runningRuns, found.unfinishedGenerations]).toEqual([0, 0, 0]);
  expect(await lake.leftovers()).toEqual([]);
  expect(lake.processes()).toEqual([]);
  return found;
}
