import { expect, test } from "vitest";
import { checkDefinitions, looksLikeUpdateTime, type Source } from "../../src/compiler";
import { date, entity, featureView, int64, latest, source, string, timestamp } from "../../src/index";

const song = { song_id: int64() };
const status = { status: string() };

const progress = featureView({
  name: "progress",
  version: 1,
  entity: entity({ name: "song", key: song }),
  from: source({ name: "any", table: "any", key: song, eventTime: "at", history: "events", columns: status }),
  features: (row) => ({ last: latest(row.status) }),
});

/** The severities, sources and paths of the warnings about a view over this source. */
function warned({ ir }: { readonly ir: Source }): string[] {
  return checkDefinitions({ featureViews: [{ ...progress.ir, source: ir }], featureServices: [] })
    .filter(({ code }) => code === "events_with_update_time")
    .map(({ definition, path, severity }) => `${severity} ${definition} ${path}`);
}

const base = { table: "jobs", key: song, eventTime: "created_at", history: "events" } as const;

test("warns of an append-only source that declares the time of a row's last update", () => {
  expect(warned(source({ ...base, name: "jobs", columns: { ...status, updated_at: timestamp() } }))).toEqual([
    "warning jobs source.columns.updated_at",
  ]);
  const renamed = { ...status, changed: timestamp().from("lastModified") };
  expect(warned(source({ ...base, name: "jobs", columns: renamed }))).toEqual(["warning jobs source.columns.changed"]);
  const keyed = source({ ...base, name: "jobs", columns: { ...status, modified_on: date(), label: int64() } });
  expect(warned(keyed.where((row) => row.label.gt(3n)))).toEqual(["warning jobs source.columns.modified_on"]);
});

test("warns once of an event time that updates move", () => {
  const jobs = { ...base, name: "jobs", eventTime: "updatedAt" };
  expect(warned(source({ ...jobs, columns: status }))).toEqual(["warning jobs source.eventTime"]);
  expect(warned(source({ ...jobs, columns: { ...status, updatedAt: timestamp() } }))).toEqual([
    "warning jobs source.eventTime",
  ]);
});

test("is content with it as the known time, with another history, and with columns that are no times", () => {
  const columns = { ...status, updated_at: timestamp() };
  expect(warned(source({ ...base, name: "jobs", knownTime: "updated_at", columns }))).toEqual([]);
  expect(warned(source({ ...base, name: "jobs", history: "current", columns }))).toEqual([]);
  expect(warned(source({ ...base, name: "jobs", history: "versions", columns }))).toEqual([]);
  expect(warned(source({ ...base, name: "jobs", columns: { ...status, updated_by: string() } }))).toEqual([]);
});

test("judges each part of an extended source by its own history", () => {
  const labels = source({
    name: "labels",
    table: "labels",
    key: { label_id: int64() },
    history: "current",
    columns: { updated_at: timestamp() },
  });
  const jobs = source({ ...base, name: "jobs", columns: { ...status, label_id: int64() } });
  expect(warned(jobs.extend(labels, { by: "label_id", columns: ["updated_at"] }))).toEqual([]);
});

test("recognizes the usual names of the time of an update, and not those of events", () => {
  const names = "updated_at updatedAt UpdatedOn updated modified_at last_modified lastUpdate LastModifiedDate";
  const more = "date_updated update_time modification_date modifieddate last_changed row_updated_at last_edited_at";
  for (const name of `${names} ${more}`.split(" ")) expect([name, looksLikeUpdateTime(name)]).toEqual([name, true]);
  const others = "created_at played_at changed_at last_seen lastLogin updated_by modified_count status at updates";
  for (const name of others.split(" ")) expect([name, looksLikeUpdateTime(name)]).toEqual([name, false]);
});
