import { type Entity, type Feature, vectorDimensions } from "@featstore/definitions";
import { FeatstoreError } from "../errors";
import type { OnlineStore } from "../stores/online-store";
import type { RegisteredView, RegistrySnapshot } from "../stores/registry";
import type { Answer } from "./deprecation";
import { parsePathKey } from "./entity-key";
import { parseQuery } from "./query-text";
import { readCurrent } from "./read-current";
import type { ReadMarks } from "./read-marks";
import { readRows, requireTenant, rowStatus, scopeRead, statusOf, type ViewRows } from "./read-rows";
import {
  fallbackEntity,
  findFeature,
  findVersion,
  mixedEntities,
  namedEntity,
  notMaterialized,
  versionLabel,
} from "./resolve-selection";
import { answerOf, type Choice, createSelection, type Selection } from "./selection";
import type { ServingRegistry, ServingState } from "./serving-registry";
import { suggest } from "./suggest";

/** Reads embeddings online. Refusals are thrown `FeatstoreError`s. */
export interface EmbeddingReader {
  /** `rawId` and `rawQuery` are percent-encoded, as in the URL. */
  read(rawId: string, rawQuery: string, tenant: string | null, keyId?: string | null): Answer | Promise<Answer>;
}

export interface EmbeddingReaderOptions {
  readonly registry: ServingRegistry;
  readonly onlineStore: OnlineStore;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly deadlineMs: number;
  readonly defaultEntity: string | null;
  /** As of `FeatureReaderOptions`. */
  readonly onRead?: ReadMarks["mark"];
}

const REFERENCE = /^([a-z][a-z0-9_]{0,39})(?:@([1-9][0-9]{0,8}))?\.([a-z][a-z0-9_]{0,39})$/;

export function createEmbeddingReader(options: EmbeddingReaderOptions): EmbeddingReader {
  const { registry, clock, defaultEntity, onRead } = options;
  const read = async (
    state: ServingState,
    rawId: string,
    rawQuery: string,
    tenant: string | null,
    keyId: string | null,
  ): Promise<Answer> => {
    const text = ` embeddings?${rawQuery}`;
    let selection = state.selections.get(text);
    if (selection === undefined) {
      selection = resolve(state.snapshot, rawQuery, defaultEntity);
      if (text.length <= 1024) state.selections.set(text, selection);
    }
    const id = parsePathKey(selection.entity, rawId, scopeRead(selection, tenant));
    requireTenant(selection, tenant);
    const parts = await readRows(options, selection, [id.key], tenant);
    onRead?.(keyId, selection.views);
    return answerOf(selection, render(selection, id.echo, parts, clock()));
  };
  return {
    async read(rawId, rawQuery, tenant, keyId = null) {
      return readCurrent(registry, (state) => read(state, rawId, rawQuery, tenant, keyId));
    },
  };
}

function resolve(snapshot: RegistrySnapshot, rawQuery: string, defaultEntity: string | null): Selection {
  const query = parseQuery(rawQuery, ["embedding", "entity"]);
  const given = query.entity === undefined ? undefined : namedEntity(snapshot, query.entity);
  if (query.embedding === undefined) {
    const entity = given ?? fallbackEntity(snapshot, defaultEntity);
    return createSelection(entity, entityEmbeddings(snapshot, entity), servedOf);
  }
  const choice = namedEmbedding(snapshot, query.embedding);
  const entity = choice.registered.view.entity;
  if (given !== undefined && given.name !== entity.name) {
    throw mixedEntities(given, [{ label: query.embedding, entity }]);
  }
  return createSelection(entity, [choice], servedOf);
}

function servedOf(choice: Choice) {
  if (choice.registered.served === null) throw notMaterialized([versionLabel(choice.registered)]);
  return choice.registered.served;
}

function isEmbedding(feature: Feature): boolean {
  return vectorDimensions(feature.type) !== undefined;
}

function embeddingNames(views: Iterable<RegisteredView>): string[] {
  return [...views].flatMap(({ view }) =>
    view.features.filter(isEmbedding).map((feature) => `${view.name}.${feature.name}`),
  );
}

function promotedViews(snapshot: RegistrySnapshot): RegisteredView[] {
  return [...snapshot.featureViews.values()]
    .map((versions) => versions.versions.get(versions.promoted))
    .filter((view) => view !== undefined)
    .filter((view) => view.state !== "retired");
}

function entityEmbeddings(snapshot: RegistrySnapshot, entity: Entity): Choice[] {
  const all = promotedViews(snapshot)
    .filter(({ view }) => view.entity.name === entity.name)
    .flatMap((registered) =>
      registered.view.features
        .filter(isEmbedding)
        .map((feature) => ({ label: registered.view.name, registered, feature })),
    );
  if (all.length === 0) throw new FeatstoreError("embedding_not_found", `Entity "${entity.name}" has no embeddings.`);
  const ready = all.filter((choice) => choice.registered.served !== null);
  if (ready.length === 0) throw notMaterialized([...new Set(all.map((choice) => versionLabel(choice.registered)))]);
  return ready;
}

function namedEmbedding(snapshot: RegistrySnapshot, reference: string): Choice {
  const [, name, version, featureName] = REFERENCE.exec(reference) ?? [];
  if (name === undefined || featureName === undefined) {
    throw new FeatstoreError(
      "invalid_selection",
      `"${reference.slice(0, 100)}" is not of the form view.feature or view@2.feature.`,
    );
  }
  const registered = findVersion(snapshot, name, version);
  const feature = findFeature(registered, featureName);
  if (!isEmbedding(feature)) {
    const known = embeddingNames(promotedViews(snapshot));
    throw new FeatstoreError(
      "embedding_not_found",
      `"${reference}" is of type ${feature.type}, no embedding${suggest(reference, known) || (known.length > 0 ? `; there are ${known.join(", ")}.` : ".")}`,
    );
  }
  return { label: version === undefined ? name : `${name}@${version}`, registered, feature };
}

function render(selection: Selection, echo: string, parts: readonly ViewRows[], now: number): string {
  const known = parts.some((part) => part.rows[0] !== undefined);
  const statuses = selection.views.map((view, index) => {
    const part = parts[index];
    return statusOf(part?.rows[0], view, now, known, part?.timedOut ?? true);
  });
  const members = selection.views.flatMap((view, index) =>
    view.vectors.map((name) => {
      const feature = findFeature(view.registered, name);
      const status = statuses[index] ?? "missing";
      const vector = status === "complete" ? (parts[index]?.vectors?.get(name)?.[0]?.text ?? "null") : "null";
      const space = JSON.stringify(feature.embedding?.space ?? `${view.label}.${name}`);
      const metric = feature.embedding?.metric ?? "cosine";
      const dimensions = vectorDimensions(feature.type) ?? 0;
      return `"${view.label}.${name}":{"space":${space},"dimensions":${dimensions},"metric":"${metric}","status":"${status}","vector":${vector}}`;
    }),
  );
  return `{${echo},"embeddings":{${members.join(",")}},"status":"${rowStatus(statuses)}"}`;
}
