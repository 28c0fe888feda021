import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalJson,
  compareCodePoints,
  documentHash,
  meaningHash,
  parseFeatureView,
  type Relation,
} from "../../src/compiler";
import { anyView } from "../arbitrary";

/** The same data with the keys of every object in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe("canonical JSON", () => {
  test("sorts keys by code point at every depth", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(compareCodePoints("\u{ff5e}", "\u{1f600}")).toBeLessThan(0);
  });

  test("is the same for any order of keys", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(reversed(value)) === canonicalJson(value)));
  });

  test("parses to the same data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("hashes", () => {
  test("depend on neither key order nor formatting, and survive JSON", () => {
    fc.assert(
      fc.property(anyView, (view) => {
        for (const copy of [JSON.parse(JSON.stringify(view, null, 3)), reversed(view)]) {
          const parsed = parseFeatureView(copy);
          expect(meaningHash(parsed)).toBe(meaningHash(view));
          expect(documentHash(parsed)).toBe(documentHash(view));
        }
      }),
    );
  });

  test("do not depend on the order of features, columns and tags", () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const { source } = view;
        const other = {
          ...view,
          features: [...view.features].reverse(),
          tags: [...view.tags].reverse(),
        };
        expect(documentHash(other)).toBe(documentHash(view));
        expect(meaningHash({ ...other, source: { ...source, columns: [...source.columns].reverse() } })).toBe(
          meaningHash(view),
        );
      }),
    );
  });

  test("include the engine that reads a source, and its partitions", () => {
    const [view] = fc.sample(anyView, { numRuns: 1, seed: 1 });
    if (view === undefined) throw new Error("no view");
    const day = { name: "day", type: "date" } as const;
    const relations: readonly Relation[] = [
      view.source.relation,
      { kind: "table", schema: null, table: "events", engine: "lake" },
      { kind: "table", schema: null, table: "events", engine: "warehouse" },
      { kind: "files", engine: "lake", path: "events" },
      { kind: "files", engine: "lake", path: "events", partitions: [day] },
      { kind: "files", engine: "lake", path: "events", partitions: [{ ...day, holds: "day" }] },
    ];
    const hashes = relations.map((relation) => meaningHash({ ...view, source: { ...view.source, relation } }));
    expect(new Set(hashes).size).toBe(relations.length);
  });

  test("include in the document hash what the meaning hash leaves out", () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const other = { ...view, description: "another" };
        expect(meaningHash(other)).toBe(meaningHash(view));
        expect(documentHash(other)).not.toBe(documentHash(view));
      }),
    );
  });

  test("ignore unread columns in the meaning, but include columns that are read", () => {
    const [view] = fc.sample(
      anyView.filter((candidate) => candidate.features.some((f) => f.name === "sum_small")),
      { numRuns: 1, seed: 1 },
    );
    if (!view) throw new Error("no sample");
    const { source } = view;
    const renamed = (name: string) => ({
      ...view,
      source: {
        ...source,
        columns: source.columns.map((column) => (column.name === name ? { ...column, column: "other" } : column)),
      },
    });
    expect(meaningHash(renamed("money"))).toBe(meaningHash(view));
    expect(meaningHash(renamed("small"))).not.toBe(meaningHash(view));
  });
});
