import { parse, stringify } from "lossless-json";
import { CommandProblem, createBoundedMap, listNames } from "../core/index";
import { deprecationDocument, type RegisteredView, type RegistrySnapshot, versionLabel } from "../registry/index";
import {
  createFeatureReader,
  createPostgresOnlineStore,
  resolveSelection,
  type ServingRegistry,
} from "../serving/index";
import { defineFeatstoreCommand } from "./kit/command";
import { idOf } from "./kit/id-of";
import { listOf } from "./kit/list-of";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";

const MAX_COLUMNS = 5;
const MAX_VALUE_LENGTH = 48;

const DEADLINE_MS = 30_000;

export const get = defineFeatstoreCommand({
  name: "get",
  summary: "Reads features of entities, as the server would",
  args: {
    entity: { type: "positional", description: "The entity's name, speech", required: true },
    ids: { type: "positional", description: "Ids; parts of a composite id are separated by commas", required: true },
    features: {
      type: "string",
      description: "view, view.feature or view@2.feature, comma-separated",
      valueHint: "list",
    },
    service: {
      type: "string",
      description: "A feature service, party_predictor, instead of features",
      valueHint: "name",
    },
    inputs: {
      type: "string",
      description: 'What the service takes with a request, as a JSON object: \'{"today":"2026-01-31"}\'',
      valueHint: "json",
    },
    tenant: {
      type: "string",
      description: "The tenant to read as; shared views are the same for all",
      valueHint: "name",
    },
  },
  rest: "ids",
  examples: [
    { line: "featstore get speech 7 8", does: "all features of two speeches" },
    { line: "featstore get speech 7 --features speech_sentiment.sentiment,speech_profile", does: "some of them" },
    { line: "featstore get speech 7 --service party_predictor --json", does: "a model's inputs as JSON" },
    {
      line: `featstore get speech 7 --service speech_search --inputs '{"today":"2026-01-31"}'`,
      does: "with request inputs for computed features",
    },
  ],
  run: (args, io) =>
    withDatabase(args, io, "require", async ({ database, registry }) => {
      const snapshot = await registry.snapshot();
      const entity = snapshot.entities.get(args.entity);
      if (entity === undefined)
        throw new CommandProblem({
          code: "entity_not_found",
          what: `unknown entity "${args.entity}"`,
          advice: `known entities: ${listNames(snapshot.entities.keys(), args.entity) || "none; run featstore apply first"}`,
        });
      const ids = args._.slice(1);
      const reader = createFeatureReader({
        registry: staticRegistry(snapshot),
        onlineStore: createPostgresOnlineStore(database),
        clock: () => Date.now() * 1000,
        deadlineMs: DEADLINE_MS,
        maxIds: ids.length,
        defaultEntity: entity.name,
      });
      const body = {
        entity: entity.name,
        ids: ids.map((id) => idOf(entity.key, id)),
        ...(args.features === undefined ? {} : { features: listOf(args.features) }),
        ...(args.service === undefined ? {} : { service: args.service }),
      };
      const bodyText = withInputs(JSON.stringify(body), args.inputs);
      const request = {
        entity: entity.name,
        features: args.features === undefined ? undefined : listOf(args.features),
        service: args.service,
      };
      const { views, scoped } = resolveSelection(snapshot, request, entity.name);
      // Shared views are answered as they are for a tenant's key; the user probably expects otherwise.
      if (args.tenant !== undefined && scoped.length === 0)
        io.stderr("note: none of these views holds rows per tenant, so --tenant changes nothing\n");
      for (const warning of views.flatMap(({ registered }) => deprecationText(registered) ?? []))
        io.stderr(`warning: deprecated: ${warning}\n`);
      const response = await reader.batch(bodyText, { tenant: args.tenant ?? null, keyId: null, grants: null });
      // The answer is our own; the reader's contract defines its shape. Numbers keep their digits.
      const answer = parse(typeof response === "string" ? response : response.body) as BatchAnswer;
      return { json: answer, text: featureTable(ids, answer), exit: "ok" };
    }),
});

/** Adds the inputs to a request's body as text: parsing could change their numbers. */
function withInputs(body: string, inputs: string | undefined): string {
  if (inputs === undefined) return body;
  try {
    JSON.parse(inputs);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be parsed";
    throw new CommandProblem({
      code: "inputs_invalid",
      what: `--inputs is not JSON: ${reason}`,
      advice: `write an object in single quotes: --inputs '{"today":"2026-01-31"}'`,
    });
  }
  return `${body.slice(0, -1)},"inputs":${inputs}}`;
}

/** Writes the deprecation notice that the server sends in headers. */
function deprecationText(registered: RegisteredView): string | null {
  const deprecation = deprecationDocument(registered);
  if (deprecation === null) return null;
  const { sunset, successor } = deprecation;
  return `${versionLabel(registered)} is deprecated${sunset === null ? "" : ` and served until ${sunset}`}; read ${successor} instead`;
}

/** Wraps a single snapshot as a registry: a command reads one state. */
function staticRegistry(snapshot: RegistrySnapshot): ServingRegistry {
  const state = { snapshot, selections: createBoundedMap<never>(1) };
  return {
    current: () => state,
    newest: async () => state,
    revision: () => snapshot.revision,
    fault: () => null,
    refresh: async () => undefined,
    close: async () => undefined,
  };
}

/** The answer to a batch read. */
interface BatchAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly status: readonly string[];
  readonly views?: readonly string[];
  /** For each row, the status of each of `views`; absent if all rows are complete. */
  readonly statuses?: readonly (readonly string[])[];
}

/** Writes one line per feature and one column per id; where views' statuses differ, a line for each view comes first. */
function featureTable(ids: readonly string[], answer: BatchAnswer): string {
  const blocks: string[] = [];
  for (let first = 0; first < ids.length; first += MAX_COLUMNS) {
    const shown = ids.slice(first, first + MAX_COLUMNS);
    const at = (cells: (index: number) => string) => shown.map((_, position) => cells(first + position));
    blocks.push(
      table(
        ["", ...shown],
        [
          ["status", ...at((index) => answer.status[index] ?? "")],
          ...statusLines(answer, at),
          ...answer.columns.map((column, position) => [
            column,
            ...at((index) => valueText(answer.rows[index]?.[position])),
          ]),
        ],
      ),
    );
  }
  return blocks.join("\n\n");
}

function statusLines(
  { views = [], statuses }: BatchAnswer,
  at: (cells: (index: number) => string) => string[],
): string[][] {
  if (statuses === undefined) return [];
  return views.map((view, position) => [`${view} status`, ...at((index) => statuses[index]?.[position] ?? "")]);
}

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : (stringify(value) ?? "null");
  const characters = [...text];
  return characters.length <= MAX_VALUE_LENGTH ? text : `${characters.slice(0, MAX_VALUE_LENGTH - 1).join("")}…`;
}
