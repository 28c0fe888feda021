import { loadSample } from "@featstore/samples";
import { assetFolder, CommandProblem, READ_SCOPES } from "../core/index";
import { commandCaller } from "../keys/index";
import { type CommandIo, defineFeatstoreCommand } from "./kit/command";
import { instantOf } from "./kit/instant-of";
import { nowMicros } from "./kit/now-micros";
import { type Session, withDatabase } from "./kit/session";
import { awaitServer, servedLines } from "./materialize/await-server";
import { publishSample } from "./sample/publish-sample";

export const sampleLoad = defineFeatstoreCommand({
  name: "sample load",
  summary: "Loads the State of the Union addresses into speeches and analyses",
  args: {
    until: {
      type: "string",
      description: "The newest analysis is an hour before this instant (default: now)",
      valueHint: "time",
    },
    schema: { type: "string", description: "The schema of the tables (default: public)", valueHint: "name" },
    replace: { type: "boolean", description: "Replace tables of these names that are not sample data" },
    publish: {
      type: "boolean",
      description: "Also apply the sample's definitions, materialize them, and make an API key to try them with",
    },
    url: {
      type: "string",
      description:
        "With --publish: the server's address in the printed request (default: FEATSTORE_PUBLIC_URL, or http://localhost:8080)",
      valueHint: "url",
    },
  },
  examples: [
    { line: "featstore sample load", does: "loads 233 addresses and their analyses" },
    { line: "featstore sample load --until 2026-01-01", does: "with the same times on every run" },
    { line: "featstore sample load --publish", does: "serves their features too; prints a key and a request" },
  ],
  run: (args, io) => {
    const until = args.until === undefined ? nowMicros() : instantOf(args.until, "--until");
    // The sample's definitions name the tables without a schema.
    if (args.publish === true && args.schema !== undefined)
      throw new CommandProblem({
        code: "arguments_invalid",
        what: "--publish needs the tables in the default schema",
        where: "--schema",
        advice: "leave out one of the two",
        exit: "usage",
      });
    return withDatabase(args, io, args.publish === true ? "apply" : "none", async (session) => {
      const loaded = await loadSample({
        database: session.database,
        folder: assetFolder("samples/state-of-the-union/data"),
        until,
        ...(args.schema === undefined ? {} : { schema: args.schema }),
        replace: args.replace === true,
      });
      const embeddings = loaded.embeddings ? "with embeddings" : "without embeddings, since pgvector is not installed";
      const text = `Loaded ${loaded.speeches} speeches and ${loaded.analyses} analyses, ${embeddings}.`;
      if (args.publish !== true) return { json: loaded, text };
      const url = args.url ?? (io.environment.FEATSTORE_PUBLIC_URL || "http://localhost:8080");
      const { report, served } = await awaitServer(session, io, () => publish(session, io, url));
      const lines = [text, ...servedLines(session, served), publishedText(report)];
      return { json: { ...loaded, ...report, served }, text: lines.join("\n") };
    });
  },
});

interface Published {
  readonly views: readonly string[];
  readonly key: string;
  readonly request: string;
}

async function publish({ database, config, keys, readBack }: Session, io: CommandIo, url: string): Promise<Published> {
  const service = keys();
  const views = await publishSample({ database, config }, io, {
    readBack,
    appliedBy: "sample load",
    views: "all",
    advice: "load the sample into another database; this one may have it from an earlier version",
  });
  const { key } = await service.create(
    { name: "sample", scopes: READ_SCOPES, tenant: null },
    commandCaller("sample load"),
  );
  return { views, key, request: `${url}/api/features/1?features=speech_profile,speech_sentiment.sentiment` };
}

function publishedText({ views, key, request }: Published): string {
  return `Published ${views.join(", ")}.

  API key  ${key}

  curl -H "Authorization: Bearer ${key}" "${request}"
`;
}
