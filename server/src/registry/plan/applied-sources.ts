import {
  type Catalog,
  type CatalogFiles,
  canonicalJson,
  DEFAULT_ENGINE,
  databaseColumnsOf,
  engineOf,
  type FeatureView,
  sourcesOf,
} from "@featstore/definitions/compiler";

/** A source of another engine as it was when a version was applied. */
export interface AppliedSource {
  readonly source: string;
  readonly engine: string;
  /** The types of the columns that the source declares, by their names in the files or the table. */
  readonly columns: Readonly<Record<string, string>>;
  /** Absent if it has no files. */
  readonly files?: CatalogFiles;
}

/** Lists the sources of a view that another engine reads, as described; empty if none was described. */
export function appliedSources(view: FeatureView, described: Catalog | null): readonly AppliedSource[] {
  const relations = new Map(described?.relations.map((each) => [canonicalJson(each.relation), each]));
  return sourcesOf({ featureViews: [view], featureServices: [] }).flatMap((source): readonly AppliedSource[] => {
    const engine = engineOf(source);
    const found = relations.get(canonicalJson(source.relation));
    if (engine === DEFAULT_ENGINE || found?.state !== "found") return [];
    const declared = databaseColumnsOf(source);
    const columns = found.columns.filter(({ name }) => declared.includes(name));
    return [
      {
        source: source.name,
        engine,
        columns: Object.fromEntries(columns.map(({ name, type }) => [name, type])),
        ...(found.files === undefined ? {} : { files: found.files }),
      },
    ];
  });
}
