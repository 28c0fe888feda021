import { instantText } from "@featstore/definitions/compiler";
import { CommandProblem } from "../core/index";
import {
  type DriftBaseline,
  driftDocument,
  driftReport,
  type FeatureDrift,
  findGeneration,
  findProfile,
  measureNames,
  type ProfileOf,
} from "../quality/index";
import { findVersion, splitReference } from "../registry/index";
import { actor } from "./kit/actor";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";

export const drift = defineFeatstoreCommand({
  name: "drift",
  summary: "Compares the values of two generations of a view; fails if a feature drifted",
  args: {
    view: { type: "positional", description: "view or view@2; without a version the promoted one", required: true },
    baseline: {
      type: "string",
      description: "The generation to compare with (default: the previously published one)",
      valueHint: "n",
    },
    against: {
      type: "string",
      description: "previous, or baseline: the one that --set-baseline chose (default: previous)",
      valueHint: "which",
    },
    generation: { type: "string", description: "The generation to compare (default: the served one)", valueHint: "n" },
    "set-baseline": {
      type: "boolean",
      description: "Set the generation as the baseline of its version, without comparing",
    },
  },
  examples: [
    { line: "featstore drift speech_sentiment", does: "changes by the last run" },
    {
      line: "featstore drift speech_sentiment@2 --baseline 7",
      does: "changes since generation 7, with which a model was trained",
    },
    {
      line: "featstore drift speech_sentiment@2 --set-baseline --generation 7",
      does: "compares every later run with it, too",
    },
    { line: "featstore drift speech_sentiment@2 --against baseline", does: "changes since the baseline" },
  ],
  run: (args, io) => {
    const against = againstOf(args.against, args.baseline, args["set-baseline"] === true);
    return withDatabase(args, io, "require", async ({ registry, quality, offline, config }) => {
      const [name, version] = splitReference(args.view);
      const registered = findVersion(await registry.snapshot(), name, version, { evenRetired: true });
      const profileOf: ProfileOf = async (target) =>
        target.profile === null
          ? findProfile(quality, registered, String(target.generation), offline)
          : { ...target, profile: target.profile };
      if (args["set-baseline"] === true) {
        const chosen = await profileOf(await findGeneration(quality, registered, args.generation));
        await quality.setBaseline(chosen, actor());
        return {
          json: { view: chosen.view, version: chosen.version, baseline: chosen.generation },
          text: `Drift of ${chosen.view}@${chosen.version} is now also measured from generation ${chosen.generation}.`,
        };
      }
      const report = await driftReport(quality, profileOf, registered, {
        against,
        generation: args.generation,
        settings: config.drift,
      });
      const { baseline, current, features } = report;
      return {
        json: driftDocument(report, null),
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
    });
  },
});

function againstOf(against: string | undefined, baseline: string | undefined, isSetting: boolean): DriftBaseline {
  const refuse = (what: string, where: string) =>
    new CommandProblem({ code: "options_conflict", what, where, exit: "usage" });
  if (isSetting && (against !== undefined || baseline !== undefined))
    throw refuse("--set-baseline does not compare", "--set-baseline");
  if (against !== undefined && against !== "previous" && against !== "baseline")
    throw refuse(`expected previous or baseline, got "${against}"`, "--against");
  if (baseline === undefined) return against ?? "previous";
  if (against === "previous") throw refuse("--baseline and --against previous cannot be used together", "--baseline");
  return { generation: baseline };
}

function number(value: number | null): string {
  return value === null ? "" : value.toFixed(4);
}

function judgement({ judged, exceeded }: FeatureDrift): string {
  if (!judged) return "too few rows to judge";
  return exceeded.length === 0 ? "" : `drift: ${exceeded.map((measure) => measureNames[measure]).join(", ")}`;
}
