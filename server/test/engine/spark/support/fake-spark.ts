import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { onTestFinished } from "vitest";
import { SparkConnectService } from "../../../../src/engine/spark/connect/generated/spark/connect/base_pb";

type Calls = Partial<ServiceImpl<typeof SparkConnectService>>;

export interface FakeSpark {
  readonly url: string;
  /** Ends the server and its connections, as a killed driver does. */
  kill(): void;
}

/** Starts a server of Spark Connect in this process. Without other calls, it is an idle Spark 4.1.4. */
export async function startFakeSpark(calls: Calls = {}): Promise<FakeSpark> {
  const settings = new Map<string, string | undefined>();
  const connections = new Set<ServerHttp2Session>();
  const server = createServer(
    connectNodeAdapter({
      routes: (router) =>
        router.service(SparkConnectService, {
          analyzePlan: () => ({ ...session, result: { case: "sparkVersion", value: { version: "4.1.4" } } }),
          config({ operation }) {
            const type = operation?.opType;
            if (type?.case === "set") for (const { key, value } of type.value.pairs) settings.set(key, value);
            return { ...session, pairs: [...settings].map(([key, value]) => ({ key, value })) };
          },
          releaseExecute: () => session,
          releaseSession: () => session,
          ...calls,
        }),
    }),
  );
  server.on("session", (connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const kill = () => {
    server.close();
    for (const connection of connections) connection.destroy();
  };
  onTestFinished(kill);
  return { url: `sc://127.0.0.1:${(server.address() as AddressInfo).port}`, kill };
}

/** The members that each answer has. */
export const session = { sessionId: "s", serverSideSessionId: "server-1" };
