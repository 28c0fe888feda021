import { describe, expect, test } from "vitest";
import {
  checkVersions,
  count,
  type Definitions,
  documentHash,
  type FeatureView,
  featureService,
  featureView,
  meaningHash,
  type RegisteredVersion,
  serviceMeaningHash,
} from "../../src/index";
import { events, track } from "../author/fixtures";

const plays = (version: number, description = "Plays", flagged = false) =>
  featureView({
    name: "plays",
    version,
    entity: track,
    from: flagged ? events.where((row) => row.flag.eq(true)) : events,
    description,
    features: () => ({ n: count().describe("N") }),
  });
const views = (...featureViews: readonly FeatureView[]): Definitions => ({ featureViews, featureServices: [] });
const registered = (view: FeatureView, state: RegisteredVersion["state"] = "active"): RegisteredVersion => ({
  kind: "feature_view",
  name: view.name,
  version: view.version,
  meaningHash: meaningHash(view),
  documentHash: documentHash(view),
  state,
  appliedAt: "2026-01-01T00:00:00Z",
  successor: null,
});
const found = (definitions: Definitions, known: readonly RegisteredVersion[], strict = false) =>
  checkVersions(definitions, known, { strict }).map(
    ({ severity, definition, code }) => `${severity} ${definition} ${code}`,
  );

describe("skipped numbers", () => {
  test("are a warning with the number to take, and an error where checks are strict", () => {
    const known = [registered(plays(1).ir), registered(plays(2).ir)];
    expect(found(views(plays(5).ir), known)).toEqual(["warning plays@5 version_skipped"]);
    expect(found(views(plays(5).ir), known, true)).toEqual(["error plays@5 version_skipped"]);
    expect(found(views(plays(3).ir), known)).toEqual([]);
  });

  test("are none where the numbers between are in the files, nor for a name that is new here", () => {
    expect(found(views(plays(2).ir, plays(3).ir), [registered(plays(1).ir)])).toEqual([]);
    expect(found(views(plays(5).ir), [])).toEqual([]);
  });

  test("are none for what is registered already", () => {
    expect(found(views(plays(1).ir, plays(5).ir), [registered(plays(1).ir), registered(plays(5).ir)])).toEqual([]);
  });
});

describe("files that are older than the registry", () => {
  const known = [registered(plays(1).ir), registered(plays(3).ir)];

  test("are told what is newer, and may not write", () => {
    expect(found(views(plays(1).ir), known)).toEqual(["warning plays@1 definitions_stale"]);
    expect(found(views(plays(1, "Said anew").ir), known)).toEqual(["error plays@1 definitions_stale"]);
    expect(found(views(plays(2).ir), known)).toEqual(["error plays@2 definitions_stale"]);
    expect(checkVersions(views(plays(2).ir), known)[0]?.message).toContain("`plays@3` since 2026-01-01T00:00:00Z");
  });

  test("are refused for another reason where they change a version's meaning", () => {
    expect(found(views(plays(1, "Plays", true).ir), known)).toEqual(["warning plays@1 definitions_stale"]);
  });

  test("are not old when they hold the newest version too, or it is retired", () => {
    expect(found(views(plays(1, "Said anew").ir, plays(3).ir), known)).toEqual([]);
    const retired = [registered(plays(1).ir), registered(plays(3).ir, "retired")];
    expect(found(views(plays(1, "Said anew").ir), retired)).toEqual([]);
  });

  test("services as well, and a view of the same name does not count for them", () => {
    const service = (version: number) => featureService({ name: "plays", version, features: [plays(1).all()] }).ir;
    const knownService: RegisteredVersion = {
      ...registered(plays(2).ir),
      kind: "feature_service",
      meaningHash: serviceMeaningHash(service(2)),
      documentHash: documentHash(service(2)),
    };
    const definitions = { featureViews: [plays(1).ir], featureServices: [service(1)] };
    expect(found(definitions, [knownService])).toEqual(["error plays@1 definitions_stale"]);
  });
});

describe("versions that go", () => {
  const service = featureService({ name: "ranker", version: 1, features: [plays(1).all()] }).ir;

  test("a retired one among the files is a warning", () => {
    expect(found(views(plays(1).ir), [registered(plays(1).ir, "retired")])).toEqual([
      "warning plays@1 version_retired",
    ]);
  });

  test("a new service may read neither deprecated nor retired ones; one that is applied already may", () => {
    const definitions = { featureViews: [], featureServices: [service] };
    for (const state of ["deprecated", "retired"] as const) {
      expect(found(definitions, [registered(plays(1).ir, state)])).toEqual(["error ranker@1 service_reads_retiring"]);
    }
    const applied: RegisteredVersion = {
      ...registered(plays(1).ir),
      kind: "feature_service",
      name: "ranker",
      meaningHash: serviceMeaningHash(service),
      documentHash: documentHash(service),
    };
    expect(found(definitions, [registered(plays(1).ir, "deprecated"), applied])).toEqual([]);
    expect(found(definitions, [registered(plays(1).ir)])).toEqual([]);
  });
});
