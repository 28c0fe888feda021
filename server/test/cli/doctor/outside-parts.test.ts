import { expect, test } from "vitest";
import { checkOutsideParts } from "../../../src/cli/doctor/outside-checks";
import type { OutsideFault } from "../../../src/core/outside-fault";
import { createCliProject } from "../cli";

const lineOf = async (fault: OutsideFault | undefined) => {
  const [line] = await checkOutsideParts([
    { name: "redis", setting: "redis.url (REDIS_URL)", check: async () => fault },
  ]);
  return line;
};

test("a part that can be used is ok; another one fails with its cause, the setting and the remedy", async () => {
  expect(await lineOf(undefined)).toMatchObject({ check: "redis", status: "ok" });
  const password = await lineOf({ code: "login_failed", cause: "WRONGPASS" });
  expect(password).toMatchObject({ check: "redis", status: "failed", found: expect.stringContaining("WRONGPASS") });
  expect(password?.advice).toContain("REDIS_URL");
  expect((await lineOf({ code: "tls_required", cause: "ECONNRESET" }))?.advice).toContain("rediss");
});

test.each([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "NODE_EXTRA_CA_CERTS"],
  ["CERT_HAS_EXPIRED", "renew"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "host name"],
])("the remedy of a certificate depends on its fault: %s", async (cause, remedy) => {
  expect((await lineOf({ code: "certificate_untrusted", cause }))?.advice).toContain(remedy);
});

test("featstore doctor has a line for each part that is configured, and quotes no secret", async () => {
  const project = await createCliProject({
    REDIS_URL: "redis://app:secret@127.0.0.1:1",
    FEATSTORE_ONLINE_STORE: "memory",
    FEATSTORE_AUTH: "true",
    FEATSTORE_AUTH_MAIL_URL: "smtp://app:secret@127.0.0.1:1",
    FEATSTORE_AUTH_MAIL_FROM: "features@example.com",
  });
  const { code, stdout, stderr } = await project.run("doctor", "--json");
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly { readonly check: string }[] };
  for (const check of ["redis", "mail"])
    expect(checks).toContainEqual(
      expect.objectContaining({ check, status: "failed", found: expect.stringContaining("ECONNREFUSED") }),
    );
  expect(checks.map(({ check }) => check)).not.toContain("s3");
  expect(code).not.toBe(0);
  expect(stdout + stderr).not.toContain("secret@");
  await project.remove();
});
