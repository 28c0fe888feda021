import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkDefinitions,
  compareViews,
  type Definitions,
  type Diagnostic,
  type Expression,
  type FeatureService,
  type FeatureView,
  serviceMeaningHash,
} from "../../src/compiler";
import { count, featureService } from "../../src/index";
import { artistListening, listening, recommender, song } from "./fixtures";

const views = [song.ir, listening.ir, artistListening.ir];
const check = (service: FeatureService): Diagnostic[] =>
  checkDefinitions({ featureViews: views, featureServices: [service] }).filter(({ severity }) => severity === "error");
const errors = (service: FeatureService): string[] => check(service).map(({ code, path }) => `${code} ${path}`);

describe("checks of a service's computed features", () => {
  test("name the aggregate that a computed feature must not contain", () => {
    const { ir } = featureService({
      name: "s",
      version: 1,
      features: [song.all()],
      computed: () => ({ rows: count().describe("Rows") }),
    });
    expect(check(ir)).toMatchObject([{ path: "computed.rows", message: expect.stringContaining("`count`") }]);
  });

  test("accept an hour in UTC and reject one in another zone", () => {
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

  test("make a feature nullable unless it has a default", () => {
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

  test("treat the as-of time as a timestamp that is never null", () => {
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

  test("report an unknown view once, and not the expressions that read it", () => {
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

  test("accept a joining feature that the service does not return", () => {
    const { ir } = featureService({
      name: "s",
      version: 1,
      features: [artistListening.through(song.feature("artist")).pick("plays")],
    });
    expect(ir.entity).toBe("track");
    expect(errors(ir)).toEqual([]);
  });

  test("accept a joining feature only from a view of the service's entity", () => {
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

  test("classify an added default as recompute and a removed one as breaking", () => {
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

describe("a service built without type checks", () => {
  test("is checked without exceptions when any part is replaced by random data", () => {
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

  test("is rejected if it is nested too deep or contains itself", () => {
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

  test("has a hash even if it computes from constants only", () => {
    const { ir } = featureService({ name: "s", version: 1, features: [song.all()], inputs: {} });
    expect(serviceMeaningHash(ir)).toMatch(/^[0-9a-f]{64}$/);
  });
});
