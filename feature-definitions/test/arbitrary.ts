import fc from "fast-check";
import type { FeatureView } from "../src/compiler";
import { coalesce, count, days, featureView, latest, literal, sum, when } from "../src/index";
import { events, track } from "./author/fixtures";

const names: readonly string[] = ["sum_small", "mood", "rows", "known", "level", "quality"];
const withoutPopulation: typeof track = { ...track, ir: { ...track.ir, population: null } };

/** Well-formed views that differ in many ways. */
export const anyView: fc.Arbitrary<FeatureView> = fc
  .record({
    features: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
    threshold: fc.integer({ min: -3, max: 3 }),
    window: fc.integer({ min: 1, max: 3 }),
    filtered: fc.boolean(),
    viewFiltered: fc.boolean(),
    ttl: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    freshness: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    schedules: fc.constantFrom({}, { schedule: "0 3 * * *" }, { schedule: "*/5 * * * *", reconcile: "0 4 * * *" }),
    description: fc.constantFrom("a", "b"),
    owner: fc.constantFrom("x", "y"),
    tags: fc.uniqueArray(fc.constantFrom("t", "u")),
    populated: fc.boolean(),
  })
  .map(
    ({
      features,
      threshold,
      window,
      filtered,
      viewFiltered,
      ttl,
      freshness,
      schedules,
      description,
      owner,
      tags,
      populated,
    }) => {
      const view = featureView({
        name: "random",
        version: 1,
        entity: populated ? track : withoutPopulation,
        from: filtered ? events.where((e) => e.small.gt(threshold)) : events,
        where: (e) => (viewFiltered ? e.flag : e.flag.isNotNull()),
        ...(ttl === undefined ? {} : { ttl: days(ttl) }),
        ...(freshness === undefined ? {} : { freshness: days(freshness) }),
        ...schedules,
        owner,
        description,
        tags,
        features: (e) => ({
          sum_small: sum(e.small).over(days(window)).describe(description),
          mood: latest(threshold > 0 ? e.label : e.note).oneOf("a", "b"),
          rows: count().where(e.data.get("k", 0).float64().lt(threshold)),
          known: threshold > 1 ? coalesce(latest(e.small), threshold) : latest(e.small),
          level: when(count().gt(threshold), "high").otherwise("low"),
          quality: literal(1).minus(latest(e.double)).unit(owner),
        }),
      }).ir;
      return { ...view, features: view.features.filter((feature) => features.includes(feature.name)) };
    },
  );
