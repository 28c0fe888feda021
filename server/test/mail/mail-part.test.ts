import { afterEach, expect, test } from "vitest";
import { secret } from "../../src/core/config";
import { mailPart } from "../../src/mail/mail-part";
import { makeCertificate } from "../helpers/certificate";
import { startMailServer } from "../helpers/mail-server";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const check = (url: string) => mailPart({ url: secret(url), from: "features@example.com" }).check();
const open = async (options: Parameters<typeof startMailServer>[0]) => {
  const server = await startMailServer(options);
  closers.push(server.close);
  return server;
};

test("can be used", async () => {
  expect(await check((await open({})).url)).toBeUndefined();
});

test("rejects a wrong password, and the fault does not quote it", async () => {
  const { url } = await open({ password: "right" });
  expect(await check(url.replace("//", "//app:right@"))).toBeUndefined();
  expect(await check(url.replace("//", "//app:wrong@"))).toEqual({ code: "login_failed", cause: "535" });
});

test("speaks TLS or does not, unlike the scheme of its url, and has a certificate of an unknown authority", async () => {
  const certificate = await makeCertificate();
  closers.push(certificate.remove);
  const tls = await open({ certificate });
  expect(await check(tls.url.replace("smtp:", "smtps:"))).toEqual({
    code: "certificate_untrusted",
    cause: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  expect(await check(tls.url)).toMatchObject({ code: "tls_required" });
  const plain = await open({});
  expect(await check(plain.url.replace("smtp:", "smtps:"))).toMatchObject({ code: "tls_unsupported" });
});

test("does not answer", async () => {
  expect(await check("smtp://127.0.0.1:1")).toEqual({ code: "unreachable", cause: "ECONNREFUSED" });
});
