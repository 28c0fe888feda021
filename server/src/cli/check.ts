import { type Definitions, type FilesRelation, type PlainRelation, relationsOf } from "@featstore/definitions/compiler";
import type { Config } from "../core/index";
import { createFilesReader, type Engine } from "../engine/index";
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
    offline: { type: "boolean", description: "Use neither the database nor files" },
    definitions: { type: "string", description: "File, folder or glob of definitions", valueHint: "path" },
  },
  examples: [
    { line: "featstore check", does: "reports all faults at once" },
    { line: "featstore check --strict --json", does: "for a pipeline" },
  ],
  run: (args, io) =>
    withDatabaseAtHand(args, io, async (config, session) => {
      const { definitions, fileOf, faults, files: loaded } = await loadUserDefinitions(args, config, io);
      const files = args.offline === true ? null : filesCatalog(definitions, config);
      const catalog = session?.catalog ?? files;
      const dependencies = {
        catalog,
        snapshot: (await session?.registry.snapshot()) ?? null,
      };
      const options = { strict: args.strict === true, engines: config.engines };
      const checked = await checkWithDatabase(dependencies, definitions, options);
      const diagnostics = [
        ...faults.map(reportedFault),
        ...checked.map((diagnostic) => reportedDiagnostic(diagnostic, fileOf)),
      ];
      const isOk = diagnostics.every(({ severity }) => severity !== "error");
      const compared =
        catalog === null ? "not compared with a database" : `compared with ${placesText(relationsOf(definitions))}`;
      const counts = {
        files: loaded.length,
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

/** Names the places of relations: `the database and the files`. */
function placesText(relations: readonly PlainRelation[]): string {
  const hasFiles = relations.some(({ kind }) => kind === "files");
  const hasOthers = relations.length === 0 || relations.some(({ kind }) => kind !== "files");
  return [...(hasOthers ? ["the database"] : []), ...(hasFiles ? ["the files"] : [])].join(" and ");
}

/** Describes the files of the definitions without a database; null if they read anything else. */
function filesCatalog(definitions: Definitions, { engines }: Config): Pick<Engine, "describe"> | null {
  const areFiles = (relation: PlainRelation): relation is FilesRelation =>
    relation.kind === "files" && Object.hasOwn(engines, relation.engine);
  const relations = relationsOf(definitions);
  if (relations.length === 0 || !relations.every(areFiles)) return null;
  return {
    async describe() {
      const described = [];
      for (const relation of relations) {
        const settings = engines[relation.engine];
        if (settings !== undefined)
          described.push(await createFilesReader(relation.engine, settings).describe(relation));
      }
      // Whether the database has pgvector is not known yet.
      return { relations: described, tableNames: [], hasVectorExtension: true };
    },
  };
}
