import type { Dataset, Definitions, Expression, FeatureView } from "../../src/compiler";
import type { DatasetColumn } from "../../src/ir/dataset";
import { artistListening, listening, song } from "../computed/fixtures";
import { popular, songsDataset, speechesDataset } from "./fixtures";

const { ir } = speechesDataset;
const [speaker] = ir.columns;
const [exclusion] = ir.exclusions;
const { rows } = ir;
if (!speaker || !exclusion || !ir.quality || rows.kind !== "source") throw new Error("The fixture has these parts");

const views = [song.ir, listening.ir, artistListening.ir];
const of = (dataset: Dataset, featureViews: readonly FeatureView[] = views): Definitions => ({
  featureViews,
  featureServices: [popular.ir],
  datasets: [dataset],
});
const with_ = (changes: Partial<Dataset>): Definitions => of({ ...ir, ...changes });
const publishing = (changes: Partial<Dataset["publication"]>): Definitions =>
  with_({ publication: { ...ir.publication, ...changes } });
const column = (changes: Partial<DatasetColumn>): Definitions => with_({ columns: [{ ...speaker, ...changes }] });
const text = (name: string): Expression => ({ kind: "column", name, type: "string", nullable: false });
const whole: Expression = { kind: "literal", type: "int32", value: 1 };
const personal: FeatureView = {
  ...song.ir,
  features: song.ir.features.map((each) => ({ ...each, contract: { ...each.contract, pii: true } })),
};

/** For each code: a broken dataset, the reported path and, for some, what the suggestion must name. */
export const brokenDatasets = {
  dataset_without_columns: [with_({ columns: [], quality: null }), "columns"],
  dataset_without_key: [with_({ rows: { ...rows, source: { ...rows.source, key: [] } } }), "from"],
  dataset_of_tenants: [with_({ rows: { ...rows, source: { ...rows.source, tenant: "tenant" } } }), "from"],
  dataset_of_engine: [
    with_({
      rows: { ...rows, source: { ...rows.source, relation: { kind: "files", engine: "lake", path: "plays" } } },
    }),
    "from",
  ],
  dataset_service_unknown: [
    of({ ...songsDataset.ir, rows: { kind: "service", name: "popula", version: 2 } }),
    "from",
    "`popular@2`",
  ],
  dataset_reads_unknown: [column({ expression: text("speakr") }), "columns.speaker", "`speaker`"],
  dataset_not_portable: [
    column({ expression: { kind: "sql", texts: ["random()"], operands: [], type: "string", nullable: true } }),
    "columns.speaker",
    "view",
  ],
  dataset_strict_inside: [
    with_({
      exclusions: [
        {
          ...exclusion,
          when: {
            kind: "comparison",
            operator: "=",
            left: { kind: "cast", operand: text("speaker"), to: "int32", strict: true },
            right: whole,
          },
        },
      ],
    }),
    "exclude.too_short",
  ],
  dataset_column_duplicate: [with_({ columns: [...ir.columns, speaker] }), "columns.speaker"],
  dataset_column_reserved: [column({ name: "quality_score" }), "columns.quality_score"],
  dataset_column_undocumented: [column({ description: " " }), "columns.speaker", "describe"],
  dataset_reads_personal: [of(songsDataset.ir, [personal, listening.ir, artistListening.ir]), "columns.artist"],
  dataset_column_unknown: [with_({ cleaning: { ...ir.cleaning, uniqueText: "bodi" } }), "clean.uniqueText", "`body`"],
  dataset_text_unsuitable: [with_({ cleaning: { ...ir.cleaning, uniqueText: "words" } }), "clean.uniqueText"],
  dataset_score_type: [with_({ quality: { ...ir.quality, expression: whole } }), "quality.score", "float64"],
  dataset_reason_taken: [
    with_({ exclusions: [{ ...exclusion, reason: "taken_down" }] }),
    "exclude.taken_down",
    "taken_down",
  ],
  dataset_split_shares: [
    with_({ split: { by: null, parts: { train: 80, validation: 10, test: 11 } } }),
    "split",
    "split",
  ],
  dataset_part_missing: [publishing({ provenance: [] }), "provenance", "`provenance`"],
  licence_invalid: [publishing({ licence: "CC-BY-4" }), "licence", "`CC-BY-4.0`"],
  dataset_terms_missing: [with_({ access: "gated" }), "terms", "terms"],
} satisfies Record<string, [Definitions, string, string?]>;
