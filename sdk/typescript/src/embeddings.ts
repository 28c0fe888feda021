import type { AnswerParts, Embedding, EmbeddingsBatchBody, EmbeddingsBody, RowStatus, ViewStatus } from "./answer";
import type { EntityDefinition, PickDefinition } from "./definition";
import { InvalidCallError, UnexpectedAnswerError } from "./errors";
import { type EntityId, keyInBody, keyInPath, requireKeyName } from "./key";
import type { AnyRegistry, EmbeddingName, RegistryTypes } from "./registry-types";
import type { IsExact, IsOpen } from "./row-types";
import type { CallOptions, Transport } from "./transport";
import { type CallPromise, startCall } from "./transport/call-promise";
import { float32Of } from "./vectors";

export interface GetEmbeddingsOptions<Chosen extends string | PickDefinition = string | PickDefinition>
  extends CallOptions {
  /** `"speech_embeddings.text"`, pinned `"speech_embeddings@1.text"`, or `speechEmbeddings.pick("text")`; all by default. */
  readonly embedding?: Chosen;
  /** Needed only if neither the embedding nor the server's default entity determines it. */
  readonly entity?: string | EntityDefinition;
}

type BatchChoice<Name extends string = string> = Name | PickDefinition | readonly Name[];

/** The names of the embeddings in an answer: literal ones, or any. */
export type NamesOfEmbeddings<Chosen> = [Chosen] extends [never]
  ? string
  : [Chosen] extends [readonly string[]]
    ? IsExact<Chosen> extends true
      ? Chosen[number]
      : string
    : [Chosen] extends [string]
      ? IsOpen<Chosen> extends true
        ? string
        : Chosen
      : string;

export interface EmbeddingsAnswer<Name extends string = string> extends AnswerParts {
  /** The id as the call gave it. */
  readonly id: EntityId;
  /** The status of all embeddings if they agree, else `partial`. */
  readonly status: RowStatus;
  /** By `view.feature`. Vectors of different spaces are not comparable. */
  readonly embeddings: Readonly<Record<Name, Embedding>>;
}

export interface GetEmbeddingBatchOptions<Chosen extends BatchChoice = BatchChoice> extends CallOptions {
  /** In any order, may repeat; at most 1,000 unless the server is configured otherwise. */
  readonly ids: readonly EntityId[];
  /** As in `GetEmbeddingsOptions`, or several names. */
  readonly embedding?: Chosen;
  /** As in `GetEmbeddingsOptions`. */
  readonly entity?: string | EntityDefinition;
}

/** One entity's vectors. */
export interface EmbeddingRow<Name extends string = string> {
  /** The id as the call gave it. */
  readonly id: EntityId;
  /** The status of all views if they agree, else `partial`. */
  readonly status: RowStatus;
  /** Each view's status, by name. */
  readonly views: Readonly<Record<string, ViewStatus>>;
  /** By `view.feature`; null if the view's status is not `complete` or the row's value is null. */
  readonly vectors: Readonly<Record<Name, Float32Array | null>>;
}

/** Embeddings of many entities, in the order of `ids`. */
export interface EmbeddingBatch<Name extends string = string> extends AnswerParts {
  readonly rows: readonly EmbeddingRow<Name>[];
  /** By `view.feature`. Vectors of different spaces are not comparable. */
  readonly spaces: Readonly<Record<Name, Pick<Embedding, "space" | "dimensions" | "metric">>>;
}

/** Reads embeddings. `Types`: those of names, as in `createClient`. */
export interface Embeddings<Types extends RegistryTypes = AnyRegistry> {
  /**
   * Reads the embeddings of one entity, or the named one.
   *
   * @example
   * const { embeddings } = await client.embeddings.get(7, { embedding: "speech_embeddings.text" });
   * embeddings["speech_embeddings.text"].vector; // 384 numbers, or null
   */
  get<const Chosen extends EmbeddingName<Types> | PickDefinition = never>(
    id: EntityId,
    options?: GetEmbeddingsOptions<Chosen>,
  ): CallPromise<EmbeddingsAnswer<NamesOfEmbeddings<Chosen>>>;

  /**
   * Reads the embeddings of many entities in one request. Rows follow the order and repeats of `ids`; an unknown id is not an
   * error. Vectors are sent as float32.
   *
   * @example
   * const { rows } = await client.embeddings.getBatch({ ids: [7, 8], embedding: "speech_embeddings.text" });
   * rows[0]?.vectors["speech_embeddings.text"]; // a Float32Array of 384, or null
   */
  getBatch<const Chosen extends BatchChoice<EmbeddingName<Types>> = never>(
    options: GetEmbeddingBatchOptions<Chosen>,
  ): CallPromise<EmbeddingBatch<NamesOfEmbeddings<Chosen>>>;
}

export function createEmbeddings(transport: Transport): Embeddings {
  return {
    get: (id: EntityId, { embedding, entity, ...call }: GetEmbeddingsOptions = {}) =>
      startCall(async () => {
        const document = typeof entity === "object" ? entity.ir : undefined;
        const { body, response } = await transport<EmbeddingsBody>({
          ...call,
          method: "GET",
          path: `/api/embeddings/${keyInPath(id, document)}`,
          query: {
            embedding: embeddingReference(embedding),
            entity: typeof entity === "object" ? entity.ir.name : entity,
          },
          expect: (answer) => typeof answer.embeddings === "object",
        });
        requireKeyName(id, document, body);
        const { requestId } = response;
        return { data: { id, status: body.status, embeddings: body.embeddings, requestId }, response };
      }),

    getBatch: ({ ids, embedding, entity, ...call }: GetEmbeddingBatchOptions) =>
      startCall(async () => {
        const { body, response } = await transport<EmbeddingsBatchBody>({
          ...call,
          method: "POST",
          path: "/api/embeddings/batch",
          onlyReads: true,
          body: {
            entity: typeof entity === "object" ? entity.ir.name : entity,
            ids: ids.map(keyInBody),
            embedding: Array.isArray(embedding) ? embedding : embeddingReference(embedding as string | PickDefinition),
            format: "base64",
          },
          expect: (answer) => Array.isArray(answer.status) && answer.status.length === ids.length,
        });
        return { data: { ...readBatch(ids, body), requestId: response.requestId }, response };
      }),
  } as Embeddings; // the answer has the requested names
}

function readBatch(ids: readonly EntityId[], body: EmbeddingsBatchBody): Omit<EmbeddingBatch, "requestId"> {
  const embeddings = Object.entries(body.embeddings);
  const vectorOf = (vector: readonly number[] | string | null | undefined): Float32Array | null => {
    if (typeof vector === "string") return float32Of(vector);
    if (vector === null) return null;
    throw new UnexpectedAnswerError("A vector does not have the requested format");
  };
  const rows = ids.map((id, index): EmbeddingRow => {
    const status = body.status[index] ?? "unknown_entity";
    const views = body.views.map((view, viewIndex): [string, ViewStatus] => [
      view,
      body.statuses?.[index]?.[viewIndex] ?? "complete",
    ]);
    const vectors = embeddings.map(([name, { vectors: all }]) => [name, vectorOf(all[index])] as const);
    return { id, status, views: Object.fromEntries(views), vectors: Object.fromEntries(vectors) };
  });
  const spaces = embeddings.map(
    ([name, { space, dimensions, metric }]) => [name, { space, dimensions, metric }] as const,
  );
  return { rows, spaces: Object.fromEntries(spaces) };
}

/** Returns the embedding's name on the wire. Errors: `InvalidCallError` if several were picked. */
export function embeddingReference(reference: string | PickDefinition): string;
export function embeddingReference(reference: string | PickDefinition | undefined): string | undefined;
export function embeddingReference(embedding: string | PickDefinition | undefined): string | undefined {
  if (embedding === undefined || typeof embedding === "string") return embedding;
  const [reference, ...others] = embedding.references;
  if (reference === undefined || others.length > 0) {
    throw new InvalidCallError(`Expected one embedding, got ${embedding.references.length}`);
  }
  return `${reference.view}@${reference.version}.${reference.feature}`;
}
