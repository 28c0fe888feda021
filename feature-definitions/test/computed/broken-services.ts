import {
  type ComputedFeature,
  type Definitions,
  type Expression,
  type Feature,
  type FeatureService,
  typeOf,
} from "../../src/compiler";
import { count, entity, featureView, source, string } from "../../src/index";
import { isNullable } from "../../src/ir/type-of";
import { artistListening, listening, recommender, song } from "./fixtures";

const { ir } = recommender;
const [artistName, ...others] = ir.features;
const joined = ir.features.at(-1);
const [first] = ir.computed ?? [];
const plays = listening.ir.features.find(({ name }) => name === "plays");
if (!artistName || !joined || !first || !plays) throw new Error("The fixtures have features");

const with_ = (changes: Partial<FeatureService>, ...views: Definitions["featureViews"]): Definitions => ({
  featureViews: [song.ir, listening.ir, artistListening.ir, ...views],
  featureServices: [{ ...ir, ...changes }],
});
const computing = (expression: Expression, changes: Partial<ComputedFeature> = {}): Definitions => {
  const made = { expression, type: typeOf(expression), nullable: isNullable(expression) };
  return with_({ computed: [{ ...first, name: "made", ...made, ...changes }] });
};
const throughOf = (view: string, feature: string): Definitions =>
  with_({ computed: [], features: [...others, { ...joined, through: { view, version: 1, feature } }] });
const defaulting = (changes: Partial<Feature>): Definitions => ({
  featureViews: [{ ...listening.ir, features: [{ ...plays, ...changes }] }],
  featureServices: [],
});

const column = (name: string, type: ComputedFeature["type"] = "int32", nullable = true): Expression => ({
  kind: "column",
  name,
  type,
  nullable,
});
const lyrics = column("song.lyrics", "vector(3)");

const albums = featureView({
  name: "albums",
  version: 1,
  entity: entity({ name: "album", key: { artist: string(), album: string() } }),
  from: source({
    name: "albums",
    table: "albums",
    key: { artist: string(), album: string() },
    history: "events",
    columns: {},
  }),
  features: () => ({ rows: count().describe("Rows") }),
}).ir;
const sounds = {
  ...song.ir,
  name: "sounds",
  features: song.ir.features
    .filter(({ embedding }) => embedding !== null)
    .map((feature) => ({ ...feature, embedding: { space: "other", metric: "cosine" as const } })),
};

/** For each rule that only a service with computed features can break: a broken definition and the reported path. */
export const brokenServices = {
  vectors_differ: [
    with_({
      inputs: [{ name: "other", type: "vector(4)", nullable: true, description: null }],
      computed: [
        {
          ...first,
          type: "float64",
          expression: {
            kind: "vector_function",
            name: "inner_product",
            left: lyrics,
            right: column("input.other", "vector(4)"),
          },
        },
      ],
    }),
    "computed.age",
  ],
  service_view_reached_twice: [
    with_({ computed: [], features: [...ir.features, { ...joined, through: { ...artistName, feature: "lyrics" } }] }),
    "features",
  ],
  service_through_nested: [
    with_({ computed: [], features: [...others, { ...joined, through: { ...artistName, through: artistName } }] }),
    "features.artist_listening.seconds_avg",
  ],
  service_through_composite: [
    with_({ computed: [], features: [{ view: "albums", version: 1, feature: "rows", through: artistName }] }, albums),
    "features.albums.rows",
    "one column",
  ],
  service_through_type: [throughOf("listening", "plays"), "features.artist_listening.seconds_avg"],
  view_name_reserved: [{ featureViews: [{ ...song.ir, name: "computed" }], featureServices: [] }, "name", "view"],
  input_duplicate: [with_({ inputs: [...(ir.inputs ?? []), ...(ir.inputs ?? [])] }), "inputs.today"],
  input_unknown: [computing(column("input.todai", "date")), "computed.made", "`today`"],
  computed_feature_unknown: [computing(column("listening.play")), "computed.made", "`listening.plays`"],
  computed_reads_computed: [computing(column("computed.made")), "computed.made"],
  computed_not_portable: [
    computing({ kind: "sql", texts: ["random()"], operands: [], type: "float64", nullable: true }),
    "computed.made",
    "view",
  ],
  computed_vector: [computing({ kind: "coalesce", operands: [lyrics] }), "computed.made"],
  spaces_incomparable: [
    {
      featureViews: [song.ir, listening.ir, artistListening.ir, sounds],
      featureServices: [
        {
          ...ir,
          features: [...ir.features, { view: "sounds", version: 1, feature: "lyrics" }],
          computed: [
            {
              ...first,
              expression: {
                kind: "vector_function",
                name: "l2_distance",
                left: lyrics,
                right: column("sounds.lyrics", "vector(3)"),
              },
              type: "float64",
            },
          ],
        },
      ],
    },
    "computed.age",
  ],
  default_unsupported: [
    {
      featureViews: [{ ...song.ir, features: song.ir.features.map((f) => ({ ...f, default: "x" })) }],
      featureServices: [],
    },
    "features.lyrics",
  ],
  default_not_allowed: [
    defaulting({ default: 4, contract: { ...plays.contract, allowedValues: [1, 2] } }),
    "features.plays",
    "Expected one of 1, 2.",
  ],
  default_out_of_range: [defaulting({ default: 4, contract: { ...plays.contract, maximum: 3 } }), "features.plays"],
} satisfies Record<string, [Definitions, string, string?]>;
