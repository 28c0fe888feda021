import { expect, test } from "vitest";
import { compileView, postgresDialect, type Relation, viewChanges } from "../../../src/compiler";
import { featureView, latest } from "../../../src/index";
import { events, track } from "../../author/fixtures";

const { ir } = featureView({
  name: "mood",
  version: 1,
  entity: { ...track, ir: { ...track.ir, population: null } },
  from: events,
  features: (e) => ({ label: latest(e.label) }),
});

test.each<Relation>([
  { kind: "files", engine: "lake", path: "events" },
  { kind: "table", schema: "public", table: "events", engine: "lake" },
  { kind: "query", text: "select * from events", engine: "lake" },
])("PostgreSQL neither reads $kind of another engine nor finds their changes", (relation) => {
  const view = { ...ir, source: { ...ir.source, relation, latenessSeconds: 60 } };
  expect(() => compileView(postgresDialect, view)).toThrow(TypeError);
  expect(viewChanges(view)).toBeNull();
});
