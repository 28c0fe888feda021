import { describe, expect, test } from "vitest";
import { EngineError } from "../../../src/engine/engine-error";
import { connectAddress } from "../../../src/engine/spark/connect/connect-url";

const failureOf = (text: string): EngineError => {
  try {
    connectAddress("lake", text);
  } catch (error) {
    if (error instanceof EngineError) return error;
  }
  throw new Error(`${text} was accepted`);
};

describe("the address of a Spark Connect server", () => {
  test("a host alone means port 15002, without TLS and without a token", () => {
    expect(connectAddress("lake", "sc://spark.internal")).toEqual({
      place: "spark.internal:15002",
      baseUrl: "http://spark.internal:15002",
      token: null,
      userId: "featstore",
      headers: {},
    });
  });

  test("a token turns TLS on, unless use_ssl says no", () => {
    expect(connectAddress("lake", "sc://s:443/;token=a%3Bb").baseUrl).toBe("https://s:443");
    expect(connectAddress("lake", "sc://s:443/;token=a%3Bb").token).toBe("a;b");
    expect(connectAddress("lake", "sc://s:443/;token=t;use_ssl=false").baseUrl).toBe("http://s:443");
    expect(connectAddress("lake", "sc://[::1]:9/;use_ssl=true").baseUrl).toBe("https://[::1]:9");
  });

  test("user_id names the user; other parameters are headers, except those that the client decides itself", () => {
    const address = connectAddress("lake", "sc://s/;user_id=ada;x-cluster=a=b;session_id=1;user_agent=x");
    expect(address.userId).toBe("ada");
    expect(address.headers).toEqual({ "x-cluster": "a=b" });
  });

  test.each([
    "http://s:15002",
    "sc://",
    "sc://user:secret@s",
    "sc://s:15002/path",
    "sc://s:99999",
    "sc://s/;token",
    "sc://s/;token=secret;token=secret",
    "sc://s/;token=%zzsecret",
    "sc://s/;use_ssl=secret",
  ])("%s is refused, and the message does not show it", (text) => {
    const { code, detail } = failureOf(text);
    expect(code).toBe("engine_unavailable");
    expect(detail).toContain("engines.lake.url");
    expect(detail).not.toContain("secret");
  });
});
