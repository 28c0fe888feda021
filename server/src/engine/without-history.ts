import { compileTrainingSet, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";

/** Returns the names of a view's features whose source keeps no history, so that a replay says nothing about them. */
export function withoutHistory(view: FeatureView): ReadonlySet<string> {
  const names = view.features.map(({ name }) => name);
  const { columns } = compileTrainingSet(postgresDialect, {
    views: [{ view, features: names }],
    spine: { schema: "", table: "" },
  });
  return new Set(columns.filter((column) => column.withoutHistory).map(({ feature }) => feature));
}
