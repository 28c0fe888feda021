import { expect, test, vi } from "vitest";
import { loadConfig } from "../../src/core/config";
import { openAttemptLimits } from "../../src/platform/open-attempt-limits";

test("an outage of Redis is one line in the log, without a stack", async () => {
  const warn = vi.fn();
  const closers: (() => Promise<void>)[] = [];
  const limits = openAttemptLimits({
    config: loadConfig({ env: { REDIS_URL: "redis://127.0.0.1:1" } }),
    database: { query: vi.fn() },
    logger: { warn },
    materializes: true,
    onClose: (close) => void closers.push(close),
  });
  const mails = limits.limit({ name: "mails", max: 5, seconds: 60 });
  for (const subject of ["a", "b", "c"]) expect(await mails.take(subject)).toBe(0);
  for (const close of closers.reverse()) await close();
  expect(warn.mock.calls).toEqual([[{ fault: expect.any(String) }, expect.any(String)]]);
  expect(warn.mock.calls[0]?.[0].fault).not.toContain("\n");
});
