import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatabaseError } from "../../src/database/database-error";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { refusedConnection } from "../../src/database/postgres-errors";
import { makeCertificate, type TestCertificate } from "../helpers/certificate";
import { openTlsPostgres } from "../helpers/tls-postgres";

const url = process.env.TEST_DATABASE_URL;
const skip = url === undefined && process.env.REQUIRE_SERVICES !== "1";

/** Returns `ok`, or the code of the reason why nothing connects. */
async function outcomeOf(address: string): Promise<string> {
  const database = createPostgresDatabase({ url: address, connectTimeoutMs: 5000 });
  try {
    await database.query({ text: "select 1" });
    return "ok";
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return refusedConnection(error)?.code ?? error.code;
  } finally {
    await database.close();
  }
}

describe.skipIf(skip)("sslmode has libpq's meaning", () => {
  let own: TestCertificate;
  let other: TestCertificate;
  let server: Awaited<ReturnType<typeof openTlsPostgres>>;
  let withoutTls: Awaited<ReturnType<typeof openTlsPostgres>>;
  beforeAll(async () => {
    [own, other] = await Promise.all([makeCertificate("DNS:localhost"), makeCertificate("DNS:localhost")]);
    server = await openTlsPostgres({ url: url ?? "", certificate: own });
    withoutTls = await openTlsPostgres({ url: url ?? "" });
  });
  afterAll(async () => {
    await server?.close();
    await withoutTls?.close();
    await own?.remove();
    await other?.remove();
  });
  const connect = (query: string, host = "localhost") => outcomeOf(server.url(host, query));

  test.each(["prefer", "allow", "require"])("%s uses TLS and trusts any certificate", async (mode) => {
    const { tls, plain } = server.counts;
    expect(await connect(`sslmode=${mode}`)).toBe("ok");
    expect(server.counts).toEqual({ tls: tls + 1, plain });
  });

  test.each(["", "sslmode=disable"])("%j uses no TLS", async (query) => {
    const { tls, plain } = server.counts;
    expect(await connect(query)).toBe("ok");
    expect(server.counts).toEqual({ tls, plain: plain + 1 });
  });

  test("prefer and allow do without TLS if the server has none; require does not", async () => {
    const outcome = (mode: string) => outcomeOf(withoutTls.url("localhost", `sslmode=${mode}`));
    expect([await outcome("prefer"), await outcome("allow")]).toEqual(["ok", "ok"]);
    expect(await outcome("require")).toBe("unreachable");
  });

  test("verify-ca and verify-full need a trusted authority", async () => {
    for (const mode of ["verify-ca", "verify-full"]) {
      expect(await connect(`sslmode=${mode}`)).toBe("database_certificate_untrusted");
      expect(await connect(`sslmode=${mode}&sslrootcert=${other.certFile}`)).toBe("database_certificate_untrusted");
      expect(await connect(`sslmode=${mode}&sslrootcert=${own.certFile}`)).toBe("ok");
    }
  });

  test("only verify-full compares the host name", async () => {
    const root = `sslrootcert=${own.certFile}`;
    expect(await connect(`sslmode=verify-ca&${root}`, "127.0.0.1")).toBe("ok");
    expect(await connect(`sslmode=verify-full&${root}`, "127.0.0.1")).toBe("database_certificate_untrusted");
  });

  test("require verifies the authority if it is named", async () => {
    expect(await connect(`sslmode=require&sslrootcert=${own.certFile}`, "127.0.0.1")).toBe("ok");
    expect(await connect(`sslmode=require&sslrootcert=${other.certFile}`)).toBe("database_certificate_untrusted");
  });

  test("a file of authorities that cannot be read is a fault of the configuration", () => {
    const absent = server.url("localhost", "sslmode=verify-ca&sslrootcert=/nowhere/root.crt");
    expect(() => createPostgresDatabase({ url: absent })).toThrow(
      expect.objectContaining({ code: "config_invalid", message: expect.stringContaining("/nowhere/root.crt") }),
    );
  });

  test("listening uses TLS as well", async () => {
    const address = server.url("localhost", `sslmode=verify-full&sslrootcert=${own.certFile}`);
    const database = createPostgresDatabase({ url: address });
    const { plain } = server.counts;
    await (await database.listen("tls", () => undefined))();
    await database.close();
    expect(server.counts.plain).toBe(plain);
  });
});
