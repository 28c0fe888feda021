import { DatabaseError } from "./database-error";
import { createPostgresClient, type PostgresClient, type PostgresClientOptions } from "./postgres-client";
import { toDatabaseError } from "./postgres-errors";

export interface PostgresConnection<Answer> {
  readonly client: PostgresClient;
  /** Rejects with a `DatabaseError`, `unreachable` if there is no response in time; the caller then discards the client. */
  readonly ready: Promise<Answer>;
}

/**
 * Creates a client that must respond once, in time, before it is used: the library retries forever if something accepts the
 * connection and then closes it, such as a server of another protocol.
 *
 * @example const { client, answered } = connectPostgres(options, (client) => client.unsafe("select 1"));
 */
export function connectPostgres<Answer>(
  options: PostgresClientOptions,
  ask: (client: PostgresClient) => Promise<Answer>,
): PostgresConnection<Answer> {
  const client = createPostgresClient(options);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const silent = new DatabaseError("unreachable", "The server does not respond like PostgreSQL.");
    timer = setTimeout(() => reject(silent), options.connectTimeoutMs);
  });
  const ready = Promise.race([ask(client), tooLate])
    .catch((error: unknown) => {
      throw toDatabaseError(error);
    })
    .finally(() => clearTimeout(timer));
  return { client, ready };
}
