import { instantText } from "../services/instant";
import type { FeatureDrift } from "../services/quality/drift/feature-drift";
import { driftReport } from "../services/quality/drift-report";
import { findVersion, type Profiled } from "../services/quality/find-generation";
import { defineFeatstoreCommand } from "./base/command";
import { withDatabase } from "./base/session";
import { table } from "./base/table";

export const drift = defineFeatstoreCommand({
  name: "drift",
  summary: "Compares the values of two generations of a view; fails where a feature drifted",
  args: {
    view: { type: "positional", description: "view or view@2; without a version the promoted one", required: true },
    baseline: {
      type: "string",
      description: "The generation to compare with (default: the published one before)",
      valueHint: "n",
    },
    generation: { type: "string", description: "The generation to look at (default: the served one)", valueHint: "n" },
  },
  examples: [
    { line: "featstore drift lyric_sentiment", does: "what the last run changed" },
    {
      line: "featstore drift lyric_sentiment@2 --baseline 7",
      does: "since generation 7, the one a model was trained on",
    },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ registry, quality, offline, config }) => {
      const [name = "", version] = args.view.split("@");
      const registered = findVersion(await registry.snapshot(), name, version);
      const report = await driftReport({ quality, offline }, registered, {
        ...(args.baseline === undefined ? {} : { baseline: args.baseline }),
        ...(args.generation === undefined ? {} : { generation: args.generation }),
        thresholds: config.drift.thresholds,
        featureThresholds: config.drift.features,
      });
      const { baseline, current, features } = report;
      return {
        json: {
          view: current.view,
          version: current.version,
          baseline: generationDocument(baseline),
          current: generationDocument(current),
          features: features.map(featureDocument),
        },
        text: [
          `${current.view}@${current.version}: generation ${current.generation} (${current.profile.rows} rows as of ${instantText(current.asOf)}) ` +
            `beside ${baseline.generation} (${baseline.profile.rows} rows as of ${instantText(baseline.asOf)})`,
          table(
            ["feature", "psi", "jensen-shannon", "kolmogorov-smirnov", "null shift", "judgement"],
            features.map((feature) => [
              feature.feature,
              number(feature.populationStability),
              number(feature.jensenShannon),
              number(feature.kolmogorovSmirnov),
              number(feature.nullShift),
              judgement(feature),
            ]),
          ),
        ].join("\n"),
        exit: features.some(({ exceeded }) => exceeded.length > 0) ? "failed" : "ok",
      };
    }),
});

const measureNames = {
  populationStability: "psi",
  jensenShannon: "jensen_shannon",
  kolmogorovSmirnov: "kolmogorov_smirnov",
  nullShift: "null_shift",
} as const;

function generationDocument({ generation, asOf, profile }: Profiled) {
  return { generation, as_of: instantText(asOf), rows: profile.rows };
}

function featureDocument({ feature, exceeded, judged, ...measured }: FeatureDrift) {
  return {
    feature,
    psi: measured.populationStability,
    jensen_shannon: measured.jensenShannon,
    kolmogorov_smirnov: measured.kolmogorovSmirnov,
    null_shift: measured.nullShift,
    judged,
    exceeded: exceeded.map((measure) => measureNames[measure]),
  };
}

function number(value: number | null): string {
  return value === null ? "" : value.toFixed(4);
}

function judgement({ judged, exceeded }: FeatureDrift): string {
  if (!judged) return "too few rows to judge";
  return exceeded.length === 0 ? "" : `drift: ${exceeded.map((measure) => measureNames[measure]).join(", ")}`;
}
