import fc from "fast-check";
import { expect, test } from "vitest";
import * as shipped from "../../definitions/index";
import { collectDefinitions, parseFeatureService, parseFeatureView } from "../../src/compiler";
import { IrFormatError, parseDefinitions } from "../../src/ir/parse";
import { anyView } from "../arbitrary";

const definitions = collectDefinitions([shipped]);
const copy = (): unknown => JSON.parse(JSON.stringify(definitions));

test("definitions survive a round trip through JSON", () => {
  expect(parseDefinitions(copy())).toEqual(definitions);
  for (const service of definitions.featureServices) expect(parseFeatureService(service)).toEqual(service);
  fc.assert(
    fc.property(anyView, (view) => {
      expect(parseFeatureView(JSON.parse(JSON.stringify(view)))).toEqual(view);
    }),
  );
});

test("engines of sources survive a round trip through JSON, and other shapes of them are rejected", () => {
  const [view] = definitions.featureViews;
  const withRelation = (relation: unknown) => ({ ...view, source: { ...view?.source, relation } });
  const relations = [
    { kind: "table", schema: null, table: "plays", engine: "warehouse" },
    { kind: "query", text: "select 1", engine: "lake" },
    { kind: "files", engine: "lake", path: "s3://music/plays" },
    { kind: "files", engine: "lake", path: "p", partitions: [{ name: "day", type: "date", holds: "day" }] },
  ];
  for (const relation of relations)
    expect(parseFeatureView(JSON.parse(JSON.stringify(withRelation(relation))))).toStrictEqual(withRelation(relation));
  const { partitions: _partitions, ...files } = relations[3] as { partitions: unknown };
  for (const [wrong, path] of [
    [{ ...files, engine: undefined }, "relation.engine"],
    [{ ...files, path: null }, "relation.path"],
    [{ ...files, partitions: [{ name: "day", type: "json" }] }, "relation.partitions[0].type"],
    [{ ...files, partitions: [{ name: "day", type: "date", holds: "hour" }] }, "relation.partitions[0].holds"],
    [{ ...relations[0], engine: null }, "relation.engine"],
    [{ ...files, kind: "folder" }, "relation.kind"],
    [{ ...files, kind: "toString" }, "relation.kind"],
    [null, "relation.kind"],
  ] as const)
    expect(() => parseFeatureView(withRelation(wrong))).toThrow(path);
});

test("rejects another version of the format and names its number", () => {
  const [view] = definitions.featureViews;
  expect(() => parseFeatureView({ ...view, irVersion: 2 })).toThrow(/irVersion .*2.* 1/);
  expect(() => parseDefinitions({ featureViews: [{ ...view, irVersion: 0 }], featureServices: [] })).toThrow(
    /featureViews\[0\]\.irVersion .*0/,
  );
});

test("rejects other shapes and names the path", () => {
  const [view] = definitions.featureViews;
  const [feature] = view?.features ?? [];
  const withExpression = (expression: unknown) => ({ ...view, features: [{ ...feature, expression }] });
  expect(() => parseFeatureView(withExpression({ kind: "magic" }))).toThrow(/features\[0\]\.expression\.kind/);
  expect(() => parseFeatureView(withExpression({ kind: "toString" }))).toThrow(IrFormatError);
  expect(() => parseFeatureView({ ...view, features: "all" })).toThrow(/features.* list/);
});

test("throws only IrFormatError for any data", () => {
  fc.assert(
    fc.property(fc.anything(), (data) => {
      for (const parse of [parseDefinitions, parseFeatureView, parseFeatureService]) {
        expect(() => parse(data)).toThrow(IrFormatError);
      }
    }),
  );
});

test("rejects unlimited nesting", () => {
  const [view] = definitions.featureViews;
  let filter: object = { kind: "literal", type: "bool", value: true };
  for (let depth = 0; depth < 5000; depth += 1) filter = { kind: "not", operand: filter };
  expect(() => parseFeatureView({ ...view, filter })).toThrow(/nested too deep/);
});
