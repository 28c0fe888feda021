import fc from "fast-check";
import { expect, test } from "vitest";
import { checkDefinitions, type Dataset, type FeatureService, type FeatureView } from "../../src/compiler";
import { anyView } from "../arbitrary";
import { artistListening, listening, song } from "../computed/fixtures";
import { popular, songsDataset, speechesDataset } from "../datasets/fixtures";

test("well-formed views have no errors", () => {
  fc.assert(
    fc.property(anyView, (view) => {
      const errors = checkDefinitions({ featureViews: [view], featureServices: [] }).filter(
        (d) => d.severity === "error",
      );
      expect(errors).toEqual([]);
    }),
  );
});

test("returns diagnostics for any input", () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), (things) => {
      const definitions = {
        featureViews: things as FeatureView[],
        featureServices: things as FeatureService[],
        datasets: things as Dataset[],
      };
      expect(checkDefinitions(definitions).length).toBeGreaterThanOrEqual(things.length > 0 ? 1 : 0);
    }),
  );
});

/** A copy with a part, the `at`th of all, replaced. */
function withPart(definition: unknown, at: number, part: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(definition));
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
  Reflect.set(parent, key, part);
  return copy;
}

test("checks a view with any part replaced by random data without throwing", () => {
  fc.assert(
    fc.property(anyView, fc.nat(), fc.anything(), (view, at, rubbish) => {
      const copy = withPart(view, at, rubbish);
      expect(() => checkDefinitions({ featureViews: [copy as FeatureView], featureServices: [] })).not.toThrow();
    }),
  );
});

test("checks a dataset with any part replaced by random data without throwing", () => {
  const anyDataset = fc.constantFrom(speechesDataset.ir, songsDataset.ir);
  const others = { featureViews: [song.ir, listening.ir, artistListening.ir], featureServices: [popular.ir] };
  fc.assert(
    fc.property(anyDataset, fc.nat(), fc.anything(), (dataset, at, rubbish) => {
      const copy = withPart(dataset, at, rubbish);
      expect(() => checkDefinitions({ ...others, datasets: [copy as Dataset] })).not.toThrow();
    }),
  );
});
