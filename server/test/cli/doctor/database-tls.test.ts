import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificate, type TestCertificate } from "../../helpers/certificate";
import { openTlsPostgres } from "../../helpers/tls-postgres";
import { createCliProject } from "../cli";

const url = process.env.TEST_DATABASE_URL;

interface Examination {
  readonly checks: readonly { readonly check: string; readonly found: string; readonly advice: string | null }[];
}

describe.skipIf(url === undefined && process.env.REQUIRE_SERVICES !== "1")("doctor with a PostgreSQL over TLS", () => {
  let certificate: TestCertificate;
  let server: Awaited<ReturnType<typeof openTlsPostgres>>;
  beforeAll(async () => {
    certificate = await makeCertificate("DNS:localhost");
    server = await openTlsPostgres({ url: url ?? "", certificate });
  });
  afterAll(async () => {
    await server?.close();
    await certificate?.remove();
  });
  const databaseLine = async (address: string) => {
    const project = await createCliProject({ DATABASE_URL: address });
    const { code, document } = await project.json("doctor");
    await project.remove();
    return { code, line: (document as Examination).checks.find(({ check }) => check === "database") };
  };

  test("names an untrusted certificate with its remedy", async () => {
    const { code, line } = await databaseLine(server.url("localhost", "sslmode=verify-full"));
    expect(code).toBe(4);
    expect(line?.found).toContain("database_certificate_untrusted");
    expect(line?.found).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(line?.advice).toContain("sslrootcert");
    const root = `sslmode=verify-full&sslrootcert=${certificate.certFile}`;
    const wrongName = await databaseLine(server.url("127.0.0.1", root));
    expect(wrongName.line?.found).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(wrongName.line?.advice).toContain("verify-ca");
  });

  test("does not send its reader to doctor", async () => {
    const { line } = await databaseLine("postgres://nobody@127.0.0.1:1/none");
    expect(line?.found).toContain("database_unreachable");
    expect(line?.advice).toContain("DATABASE_URL");
    expect(line?.advice).not.toContain("doctor");
  });
});
