import { expect, test } from "vitest";
import { signInPort } from "../../src/portal/services/sign-in";

test("passes the chosen invitation on, by link and by code", async () => {
  const calls: unknown[] = [];
  const record = async (wanted: unknown) => {
    calls.push(wanted);
    return { cookies: [], joined: true };
  };
  const services = { identity: { verifyCode: record, confirmLink: record } };
  const port = signInPort({ oidc: null } as never, services as never);
  const client = { address: "127.0.0.1" } as never;
  await port.confirmLink({ token: "t", next: "/", join: "inv_1", client });
  await port.verifyCode({ ticket: "t", code: "123456", next: "/", join: "inv_1", client });
  expect(calls).toEqual([
    { token: "t", next: "/", join: "inv_1" },
    { ticket: "t", code: "123456", next: "/", join: "inv_1" },
  ]);
});
