import { check as checkWithDatabase } from "../registry/index";
import { diagnosticsText, plural, reportedDiagnostic, reportedFault } from "./check/diagnostics-report";
import { defineFeatstoreCommand } from "./kit/command";
import { loadUserDefinitions } from "./kit/load-user-definitions";
import { withDatabaseAtHand } from "./kit/session";

export const check = defineFeatstoreCommand({
  name: "check",
  summary: "Checks the definitions, and compares their sources with the database",
  args: {
    strict: { type: "boolean", description: "Undeclared history and undocumented features are errors too" },
    offline: { type: "boolean", description: "Do not use the database" },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore check", does: "reports all faults at once" },
    { line: "featstore check --strict --json", does: "for a pipeline" },
  ],
  run: (args, io) =>
    withDatabaseAtHand(args, io, async (config, session) => {
      const { definitions, fileOf, faults, files } = await loadUserDefinitions(args, config, io);
      const dependencies = {
        catalog: session?.catalog ?? null,
        snapshot: (await session?.registry.snapshot()) ?? null,
      };
      const options = { strict: args.strict === true, engines: config.engines };
      const checked = await checkWithDatabase(dependencies, definitions, options);
      const diagnostics = [
        ...faults.map(reportedFault),
        ...checked.map((diagnostic) => reportedDiagnostic(diagnostic, fileOf)),
      ];
      const isOk = diagnostics.every(({ severity }) => severity !== "error");
      const compared = session === null ? "not compared with a database" : "compared with the database";
      const counts = {
        files: files.length,
        views: definitions.featureViews.length,
        services: definitions.featureServices.length,
        datasets: definitions.datasets?.length ?? 0,
      };
      return {
        json: { ok: isOk, compared_with_database: session !== null, ...counts, diagnostics },
        text: [
          ...(diagnostics.length > 0 ? [diagnosticsText(diagnostics)] : []),
          `${isOk ? "Checked" : "Refused"}: ${countText(counts)}, ${compared}.`,
          ...(counts.views + counts.datasets === 0 && diagnostics.length === 0
            ? [
                `${plural(counts.files, "file")} read: only exported definitions count, such as export const listening = featureView({ … }).`,
              ]
            : []),
        ].join("\n"),
        exit: isOk ? "ok" : "failed",
      };
    }),
});

/** Counts definitions; datasets only if there are any: `2 views, 1 service and 1 dataset`. */
function countText(counts: { readonly views: number; readonly services: number; readonly datasets: number }): string {
  const [views, services] = [plural(counts.views, "view"), plural(counts.services, "service")];
  return counts.datasets === 0
    ? `${views} and ${services}`
    : `${views}, ${services} and ${plural(counts.datasets, "dataset")}`;
}
