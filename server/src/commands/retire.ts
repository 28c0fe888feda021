import { instantText } from "../services/instant";
import { versionReference } from "../services/version-reference";
import type { RegistrySnapshot } from "../stores/registry";
import { actor } from "./base/actor";
import { defineFeatstoreCommand } from "./base/command";
import { CommandProblem } from "./base/command-problem";
import { instantOf } from "./base/instant-of";
import { withDatabase } from "./base/session";

export const retire = defineFeatstoreCommand({
  name: "retire",
  summary: "Deprecates a version of a view, and ends it at its sunset",
  args: {
    version: { type: "positional", description: "view@2", required: true },
    sunset: {
      type: "string",
      description: "From this instant on it is answered with 410 (default: none yet; call again to set it)",
      valueHint: "time",
    },
    now: { type: "boolean", description: "End it at once, which cannot be undone" },
    successor: {
      type: "string",
      description: "What to read instead, 3 or view@3 (default: the promoted version)",
      valueHint: "version",
    },
    undo: { type: "boolean", description: "Take the deprecation back, before the sunset" },
    message: { type: "string", description: "Why, for the history", valueHint: "text" },
  },
  examples: [
    { line: "featstore retire lyric_sentiment@1 --sunset 2027-01-31", does: "answers warn until then" },
    { line: "featstore retire lyric_sentiment@1 --now --successor 3", does: "ends it" },
    { line: "featstore retire lyric_sentiment@1 --undo", does: "as if nothing had been said" },
  ],
  run: (args, io) => {
    refuseConflicts(args);
    const sunset = args.now === true ? "now" : args.sunset === undefined ? null : instantOf(args.sunset, "--sunset");
    return withDatabase(args, io, "require", async ({ registry }) => {
      const snapshot = await registry.snapshot();
      const { name, version } = versionReference(snapshot, args.version, "feature_view");
      const request = { name, version, actor: actor(), message: args.message ?? null };
      if (args.undo === true) {
        const revision = await registry.restore(request);
        return {
          json: { name, version, state: "active", revision },
          text: `${name}@${version} is no longer deprecated.`,
        };
      }
      const successor = args.successor === undefined ? null : successorOf(snapshot, name, args.successor);
      const report = await registry.retire({ ...request, sunset, successor });
      const state = args.now === true ? "retired" : "deprecated";
      const sunsetAt = report.sunsetAt === null ? null : instantText(report.sunsetAt);
      const instead = report.successor ?? `${name}@${snapshot.featureViews.get(name)?.promoted}`;
      const lines = [
        state === "retired"
          ? `${name}@${version} is retired: reads of it are answered with 410 and lead to ${instead}.`
          : `${name}@${version} is deprecated: its answers say so and lead to ${instead}${sunsetAt === null ? "; no sunset is set" : ` until ${sunsetAt}, then 410`}.`,
        ...(report.services.length === 0
          ? []
          : [`Versions of services that are not promoted read it and end with it: ${report.services.join(", ")}.`]),
      ];
      return {
        json: {
          name,
          version,
          state,
          deprecated_at: instantText(report.deprecatedAt),
          sunset: sunsetAt,
          successor: instead,
          services: report.services,
          revision: report.revision,
        },
        text: lines.join("\n"),
      };
    });
  },
});

function refuseConflicts(args: {
  readonly sunset?: string | undefined;
  readonly now?: boolean | undefined;
  readonly successor?: string | undefined;
  readonly undo?: boolean | undefined;
}): void {
  const given = [
    args.undo === true ? "--undo" : [],
    args.now === true ? "--now" : [],
    args.sunset === undefined ? [] : "--sunset",
  ].flat();
  const all = args.undo === true && args.successor !== undefined ? [...given, "--successor"] : given;
  if (all.length > 1)
    throw new CommandProblem({
      code: "options_conflict",
      what: `${all.join(" and ")} exclude each other`,
      where: "featstore retire",
      exit: "usage",
    });
}

/** A bare number is a version of the same view. */
function successorOf(snapshot: RegistrySnapshot, name: string, text: string): string {
  const reference = versionReference(snapshot, /^[0-9]+$/.test(text) ? `${name}@${text}` : text, "feature_view");
  return `${reference.name}@${reference.version}`;
}
