import { describe, expect, test } from "vitest";
import {
  checkVersions,
  type Definitions,
  documentHash,
  type FeatureView,
  meaningHash,
  type RegisteredVersion,
  serviceMeaningHash,
} from "../../src/compiler";
import { count, featureService, featureView } from "../../src/index";
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
  test("cause a warning with the next number, and an error in strict checks", () => {
    const known = [registered(plays(1).ir), registered(plays(2).ir)];
    expect(found(views(plays(5).ir), known)).toEqual(["warning plays@5 version_skipped"]);
    expect(found(views(plays(5).ir), known, true)).toEqual(["error plays@5 version_skipped"]);
    expect(found(views(plays(3).ir), known)).toEqual([]);
  });

  test("cause no warning if the files contain the numbers in between, or for a new name", () => {
    expect(found(views(plays(2).ir, plays(3).ir), [registered(plays(1).ir)])).toEqual([]);
    expect(found(views(plays(5).ir), [])).toEqual([]);
  });

  test("cause no warning for registered versions", () => {
    expect(found(views(plays(1).ir, plays(5).ir), [registered(plays(1).ir), registered(plays(5).ir)])).toEqual([]);
  });
});

describe("files older than the registry", () => {
  const known = [registered(plays(1).ir), registered(plays(3).ir)];

  test("get a diagnostic with the newer version, which is an error if they would write", () => {
    expect(found(views(plays(1).ir), known)).toEqual(["warning plays@1 definitions_stale"]);
    expect(found(views(plays(1, "Said anew").ir), known)).toEqual(["error plays@1 definitions_stale"]);
    expect(found(views(plays(2).ir), known)).toEqual(["error plays@2 definitions_stale"]);
    expect(checkVersions(views(plays(2).ir), known)[0]?.message).toContain("`plays@3` since 2026-01-01T00:00:00Z");
  });

  test("get another error if they change a version's meaning", () => {
    expect(found(views(plays(1, "Plays", true).ir), known)).toEqual(["warning plays@1 definitions_stale"]);
  });

  test("are current if they contain the newest version, or if it is retired", () => {
    expect(found(views(plays(1, "Said anew").ir, plays(3).ir), known)).toEqual([]);
    const retired = [registered(plays(1).ir), registered(plays(3).ir, "retired")];
    expect(found(views(plays(1, "Said anew").ir), retired)).toEqual([]);
  });

  test("are detected for services too, independent of views with the same name", () => {
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

describe("versions being retired", () => {
  const service = featureService({ name: "ranker", version: 1, features: [plays(1).all()] }).ir;

  test("cause a warning if the files contain a retired version", () => {
    expect(found(views(plays(1).ir), [registered(plays(1).ir, "retired")])).toEqual([
      "warning plays@1 version_retired",
    ]);
  });

  test("cannot be read by a new service, but by one that is already applied", () => {
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
