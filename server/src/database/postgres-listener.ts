import { DatabaseError } from "./database-error";
import {
  createPostgresClient,
  discardClient,
  type PostgresClient,
  type PostgresClientOptions,
} from "./postgres-client";
import { toDatabaseError } from "./postgres-errors";

export interface PostgresListener {
  listen(channel: string, onPayload: (payload: string) => void, onLost?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** LISTEN on connections of its own, one a channel; each comes back by itself when it breaks. */
export function createPostgresListener(options: PostgresClientOptions): PostgresListener {
  const clients = new Set<PostgresClient>();
  let closed = false;

  const end = async (client: PostgresClient) => {
    clients.delete(client);
    await discardClient(client);
  };

  return {
    async listen(channel, onPayload, onLost) {
      if (closed) throw new DatabaseError("closed", "The database is closed.");
      const client = createPostgresClient(options);
      clients.add(client);
      let established = false;
      try {
        await client.listen(channel, onPayload, () => {
          if (established) onLost?.();
          established = true;
        });
      } catch (error) {
        // The library would go on trying behind a failed listen.
        await end(client);
        throw toDatabaseError(error);
      }
      return () => end(client);
    },
    async close() {
      closed = true;
      await Promise.all([...clients].map(end));
    },
  };
}
