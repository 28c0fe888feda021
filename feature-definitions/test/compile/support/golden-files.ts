import * as shipped from "../../../definitions/index";
import { engineLimit } from "../../../src/check/engine-limits";
import { collectDefinitions, type dialects, type FeatureView, type TrainingView } from "../../../src/compiler";
import { goldenVectorViews, goldenViews } from "./golden-views";

export const shippedViews = collectDefinitions([shipped]).featureViews;
export const ownGoldenViews = [...goldenViews, ...goldenVectorViews];
/** The view of each golden file. */
export const goldenFiles: ReadonlyMap<string, FeatureView> = new Map<string, FeatureView>([
  ...shippedViews.map((view) => [`shipped_${view.name}.sql`, view] as const),
  ...ownGoldenViews.map((view) => [`${view.name}.sql`, view] as const),
]);

/** The views that a kind of engine can compute. */
export function goldenFilesOf(engine: keyof typeof dialects): readonly (readonly [string, FeatureView])[] {
  return [...goldenFiles].filter(([, { source, filter, features }]) =>
    [source.filter, filter, ...features.map(({ expression }) => expression)].every(
      (expression) => expression === null || engineLimit(engine, expression) === null,
    ),
  );
}

export const wholeView = (view: FeatureView): TrainingView => ({
  view,
  features: view.features.map(({ name }) => name),
});
export const namedView = (views: readonly FeatureView[], name: string): FeatureView => {
  const found = views.find((view) => view.name === name);
  if (!found) throw new Error(`No view ${name}`);
  return found;
};

/** The input of each golden file of a training set. */
export const goldenTrainingSets: ReadonlyMap<string, readonly TrainingView[]> = new Map<
  string,
  readonly TrainingView[]
>([
  [
    "shipped.sql",
    ["lyric_sentiment", "analysis_activity", "track_profile"].map((name) => wholeView(namedView(shippedViews, name))),
  ],
  ...["aggregates", "picks", "numbered", "scoped_in_scoped", "scoped_in_shared", "composite"].map(
    (name) => [`${name}.sql`, [wholeView(namedView(goldenViews, name))]] as const,
  ),
  [
    "running.sql",
    [
      {
        view: namedView(goldenViews, "picks"),
        features: ["note", "known_note", "note_7d", "orders", "rating_avg"],
        strategy: "running",
      },
    ],
  ],
]);
