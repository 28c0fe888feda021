import { connectPostgres } from "./connect-postgres";
import { DatabaseError } from "./database-error";
import { discardClient, type PostgresClient, type PostgresClientOptions } from "./postgres-client";

export interface PostgresListener {
  listen(channel: string, onPayload: (payload: string) => void, onLost?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Listens on its own connections, one per channel; each reconnects by itself. */
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
      let established = false;
      const { client, ready } = connectPostgres(options, (fresh) =>
        fresh.listen(channel, onPayload, () => {
          if (established) onLost?.();
          established = true;
        }),
      );
      clients.add(client);
      try {
        await ready;
      } catch (error) {
        // The library would keep retrying after a failed listen.
        await end(client);
        throw error;
      }
      return () => end(client);
    },
    async close() {
      closed = true;
      await Promise.all([...clients].map(end));
    },
  };
}
