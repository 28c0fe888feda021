import type { AnswerParts, Embedding, EmbeddingsBody, RowStatus } from "./answer";
import type { EntityDefinition, PickDefinition } from "./definition";
import { InvalidCallError } from "./errors";
import { type EntityId, keyInPath } from "./key";
import type { CallOptions, Transport } from "./transport";

export interface GetEmbeddingsOptions extends CallOptions {
  /** `"track_embeddings.lyrics"`, pinned `"track_embeddings@1.lyrics"`, or `trackEmbeddings.pick("lyrics")`; all where absent. */
  readonly embedding?: string | PickDefinition;
  /** Needed only where neither the embedding nor the server's default entity tell. */
  readonly entity?: string | EntityDefinition;
}

export interface EmbeddingsAnswer extends AnswerParts {
  /** The id as the call gave it. */
  readonly id: EntityId;
  /** The embeddings' status where they agree, else `partial`. */
  readonly status: RowStatus;
  /** By `view.feature`. Vectors of different spaces are not comparable. */
  readonly embeddings: Readonly<Record<string, Embedding>>;
}

/** Reads embeddings. */
export interface Embeddings {
  /**
   * The embeddings of one entity, or the one that is named.
   *
   * @example
   * const { embeddings } = await client.embeddings.get(7, { embedding: "track_embeddings.lyrics" });
   * embeddings["track_embeddings.lyrics"]?.vector; // 384 numbers, or null
   */
  get(id: EntityId, options?: GetEmbeddingsOptions): Promise<EmbeddingsAnswer>;
}

export function createEmbeddings(transport: Transport): Embeddings {
  return {
    async get(id, options = {}) {
      const { embedding, entity, ...call } = options;
      const { body, requestId } = await transport<EmbeddingsBody>({
        ...call,
        method: "GET",
        path: `/api/embeddings/${keyInPath(id, typeof entity === "object" ? entity.ir : undefined)}`,
        query: {
          embedding: embeddingReference(embedding),
          entity: typeof entity === "object" ? entity.ir.name : entity,
        },
        expect: (answer) => typeof answer.embeddings === "object",
      });
      return { id, status: body.status, embeddings: body.embeddings, requestId };
    },
  };
}

function embeddingReference(embedding: string | PickDefinition | undefined): string | undefined {
  if (embedding === undefined || typeof embedding === "string") return embedding;
  const [reference, ...others] = embedding.references;
  if (reference === undefined || others.length > 0) {
    throw new InvalidCallError(`One embedding is read at a time, and ${embedding.references.length} were picked`);
  }
  return `${reference.view}@${reference.version}.${reference.feature}`;
}
