import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkDefinitions,
  compareViews,
  count,
  type Definitions,
  type Diagnostic,
  type Expression,
  type FeatureService,
  type FeatureView,
  featureService,
  serviceMeaningHash,
} from "../../src/index";
import { artistListening, listening, recommender, song } from "./fixtures";

const views = [song.ir, listening.ir, artistListening.ir];
const check = (service: FeatureService): Diagnostic[] =>
  checkDefinitions({ featureViews: views, featureServices: [service] }).filter(({ severity }) => severity === "error");
const errors = (service: FeatureService): string[] => check(service).map(({ code, path }) => `${code} ${path}`);

describe("a service's computed features are judged", () => {
  test("an aggregate is named by what it is", () => {
    const { ir } = featureService({
      name: "s",
      version: 1,
      features: [song.all()],
      computed: () => ({ rows: count().describe("Rows") }),
    });
    expect(check(ir).map(({ message }) => message)).toEqual([
      "A computed feature cannot have the aggregate `count`: it reads many rows of a source, and only one row of values is at hand",
    ]);
  });

  test("an hour in a zone is not portable, and one in UTC is", () => {
    const { ir } = featureService({
      name: "s",
      version: 1,
      features: [song.all()],
      computed: ({ song }) => ({
        local: song.released_on.timestamp().hour("Europe/Berlin").describe("Hour"),
        utc: song.released_on.timestamp().hour().describe("Hour"),
      }),
    });
    expect(errors(ir)).toEqual(["computed_not_portable computed.local"]);
  });

  test("a feature without a default is nullable, one with a default is not", () => {
    const ageOf = (nullable: boolean): FeatureService => ({
      ...recommender.ir,
      computed: (recommender.ir.computed ?? []).slice(0, 1).map((feature) => ({
        ...feature,
        type: "date" as const,
        nullable,
        expression: { kind: "column", name: "song.released_on", type: "date", nullable },
      })),
    });
    expect(errors(ageOf(true))).toEqual([]);
    expect(errors(ageOf(false))).toEqual(["column_type_differs computed.age"]);
  });

  test("the as-of time is a timestamp and never null", () => {
    const plain = (type: "timestamp" | "date", nullable: boolean): FeatureService => ({
      ...recommender.ir,
      computed: (recommender.ir.computed ?? []).slice(0, 1).map((feature) => ({
        ...feature,
        type,
        nullable,
        expression: { kind: "column", name: "as_of", type, nullable },
      })),
    });
    expect(errors(plain("timestamp", false))).toEqual([]);
    expect(errors(plain("timestamp", true))).toEqual(["column_type_differs computed.age"]);
    expect(errors(plain("date", false))).toEqual(["column_type_differs computed.age"]);
  });

  test("an unknown view is said once, and what reads it is not blamed", () => {
    const definitions = { featureViews: [song.ir, artistListening.ir], featureServices: [recommender.ir] };
    const codes = checkDefinitions(definitions)
      .filter(({ severity }) => severity === "error")
      .map(({ code, path }) => `${code} ${path}`);
    expect(codes).toEqual([
      "service_view_unknown features.listening.last_played",
      "service_view_unknown features.listening.plays",
      "service_view_unknown features.listening.seconds_avg",
    ]);
  });

  test("a feature that another entity is reached through may be one that is not answered", () => {
    const { ir } = featureService({
      name: "s",
      version: 1,
      features: [artistListening.through(song.feature("artist")).pick("plays")],
    });
    expect(ir.entity).toBe("track");
    expect(errors(ir)).toEqual([]);
  });

  test("a feature is reached by a view of the service's entity only", () => {
    const { ir } = featureService({
      name: "s",
      version: 1,
      features: [artistListening.pick("plays"), listening.through(song.feature("artist") as never).pick("plays")],
    });
    expect(errors(ir)).toEqual([
      "service_entities_mixed features.listening.plays",
      "service_through_type features.listening.plays",
    ]);
  });

  test("a default that appears makes other values, one that goes breaks readers", () => {
    const seconds = listening.ir.features.find(({ name }) => name === "seconds_avg");
    if (!seconds) throw new Error("The view has such a feature");
    const { default: _default, ...bare } = seconds;
    const rest = listening.ir.features.filter((feature) => feature !== seconds);
    const without = { ...listening.ir, features: [...rest, bare] };
    const other = { ...listening.ir, features: [...rest, { ...seconds, default: 1 }] };
    const kinds = (before: FeatureView, after: FeatureView): string => {
      const { class: gravest, changes } = compareViews(before, after);
      return `${gravest}: ${changes.map(({ kind }) => kind).join(" ")}`;
    };
    expect(kinds(without, listening.ir)).toBe("recompute: nulls_excluded default_changed");
    expect(kinds(listening.ir, other)).toBe("recompute: default_changed");
    expect(kinds(listening.ir, without)).toBe("breaking: feature_retyped default_changed");
  });
});

describe("a service that nobody's TypeScript made", () => {
  test("with any part replaced by rubbish is judged, not choked on", () => {
    fc.assert(
      fc.property(fc.nat(), fc.anything(), (at, rubbish) => {
        const copy: unknown = JSON.parse(JSON.stringify(recommender.ir));
        const paths: [object, string][] = [];
        const collect = (value: unknown): void => {
          if (typeof value !== "object" || value === null) return;
          for (const [key, item] of Object.entries(value)) {
            paths.push([value, key]);
            collect(item);
          }
        };
        collect(copy);
        const [parent, key] = paths[at % paths.length] ?? [];
        if (!parent || key === undefined) throw new Error("no place");
        Reflect.set(parent, key, rubbish);
        const definitions: Definitions = { featureViews: views, featureServices: [copy as FeatureService] };
        expect(() => checkDefinitions(definitions)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });

  test("that is nested too deep or reads itself is refused", () => {
    let deep: Expression = { kind: "column", name: "song.artist", type: "string", nullable: true };
    for (let level = 0; level < 5000; level += 1) deep = { kind: "not", operand: deep };
    const [first] = recommender.ir.computed ?? [];
    if (!first) throw new Error("The service computes features");
    expect(errors({ ...recommender.ir, computed: [{ ...first, expression: deep }] })).toEqual([
      "definition_malformed ",
    ]);
    const [reference] = recommender.ir.features;
    if (!reference) throw new Error("The service has features");
    const itself = { ...reference, through: reference };
    itself.through = itself;
    expect(errors({ ...recommender.ir, features: [itself] })).toEqual(["cyclic_reference "]);
  });

  test("has a hash though it computes from constants alone", () => {
    const { ir } = featureService({ name: "s", version: 1, features: [song.all()], inputs: {} });
    expect(serviceMeaningHash(ir)).toMatch(/^[0-9a-f]{64}$/);
  });
});
