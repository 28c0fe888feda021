import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secret } from "../../src/core/config";
import { redisPart } from "../../src/platform/redis-part";
import { makeCertificate, type TestCertificate } from "../helpers/certificate";
import { freePort, type RedisProcess, spawnRedis, withoutRedisServers } from "../helpers/redis-process";

const check = (url: string) => redisPart({ url: secret(url) }).check();

describe.skipIf(withoutRedisServers)("Redis as an outside part", () => {
  let certificate: TestCertificate;
  let redis: RedisProcess;
  let tlsPort: number;
  beforeAll(async () => {
    certificate = await makeCertificate();
    tlsPort = await freePort();
    const files = ["--tls-cert-file", certificate.certFile, "--tls-key-file", certificate.keyFile];
    const tls = ["--tls-port", String(tlsPort), ...files, "--tls-auth-clients", "no"];
    redis = await spawnRedis([...tls, "--user", "app", "on", ">right", "~*", "+@all"]);
  });
  afterAll(async () => {
    await redis?.close();
    await certificate?.remove();
  });

  test("can be used with the right password", async () => {
    expect(await check(`redis://app:right@127.0.0.1:${redis.port}`)).toBeUndefined();
  });

  test.each(["redis", "redis+cluster"])("rejects a wrong password, over %s", async (scheme) => {
    const fault = await check(`${scheme}://app:secret@127.0.0.1:${redis.port}`);
    expect(fault).toEqual({ code: "login_failed", cause: "WRONGPASS" });
  });

  test("has a port for TLS that is used without", async () => {
    expect(await check(`redis://app:right@127.0.0.1:${tlsPort}`)).toMatchObject({ code: "tls_required" });
  });

  test.each(["rediss", "rediss+cluster"])("has a certificate of an unknown authority, over %s", async (scheme) => {
    const fault = await check(`${scheme}://app:right@127.0.0.1:${tlsPort}`);
    expect(fault).toEqual({ code: "certificate_untrusted", cause: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  test("does not answer: no process, no such host, silence", async () => {
    expect(await check("redis://127.0.0.1:1")).toEqual({ code: "unreachable", cause: "ECONNREFUSED" });
    expect(await check("redis://host.invalid")).toMatchObject({ code: "unreachable" });
    const silent = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    expect(await check(`redis://127.0.0.1:${port}`)).toMatchObject({ code: "unreachable" });
    silent.close();
  });
});
