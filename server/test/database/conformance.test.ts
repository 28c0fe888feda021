import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveDatabase } from "../../src/database/database-socket";
import { createSocketDatabase } from "../../src/database/socket-database";
import { testDatabases } from "../helpers/test-database";
import { type ConformanceTarget, describeDatabase } from "./conformance";

const targets = testDatabases("all");
for (const target of targets) describeDatabase(target);

/** A PGlite of another process, from a client's point of view. */
const overSocket: ConformanceTarget = {
  name: "socket over pglite",
  kind: "socket",
  hasVectors: true,
  skip: false,
  async open(options) {
    const pglite = targets.find(({ kind }) => kind === "pglite");
    if (pglite === undefined) throw new Error("no pglite among the test databases");
    const served = await pglite.open();
    const folder = await mkdtemp(join(tmpdir(), "featstore-test-"));
    const socketPath = join(folder, "database.sock");
    const server = await serveDatabase(served.database, socketPath);
    const database = createSocketDatabase({ socketPath, ...options });
    const drop = async () => {
      await database.close();
      await server.close();
      await served.drop();
      await rm(folder, { recursive: true });
    };
    return { database, drop };
  },
};
describeDatabase(overSocket);
