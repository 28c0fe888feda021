import { assert, constantFrom, double, integer, oneof, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import { keyInBody, keyInPath } from "../src/key";
import { hintSeconds } from "../src/transport/hints";
import { limitsOf } from "../src/transport/rate-limit";
import { decide, type Situation } from "../src/transport/retry-rules";

const failures = oneof(
  record({ kind: constantFrom("connection" as const, "closed" as const, "timeout" as const, "final" as const) }),
  record({
    kind: constantFrom("status" as const),
    status: integer({ min: 400, max: 599 }),
    code: constantFrom("overloaded", "snapshot_damaged", "rate_limited"),
    hintSeconds: oneof(constantFrom(null), integer({ min: 0, max: 1_000_000 })),
  }),
);
const situations = record({
  failure: failures,
  attempt: integer({ min: 1, max: 50 }),
  retries: integer({ min: 0, max: 20 }),
  isRepeatable: constantFrom(true, false),
  isFreeUsed: constantFrom(true, false),
  random: double({ min: 0, max: 1, noNaN: true }),
  leftMs: integer({ min: 0, max: 200_000 }),
});

test("a pause is never shorter than the hint, longer than 60 s, or past the deadline", () => {
  assert(
    property(situations, (situation: Situation) => {
      const decision = decide(situation);
      if ("stop" in decision) return;
      const { failure, leftMs } = situation;
      const hintMs = failure.kind === "status" ? 1000 * (failure.hintSeconds ?? 0) : 0;
      expect(decision.pauseMs).toBeGreaterThanOrEqual(hintMs);
      expect(decision.pauseMs).toBeLessThanOrEqual(Math.min(60_000, hintMs + 8_000));
      expect(decision.pauseMs).toBeLessThan(leftMs);
    }),
  );
});

test("a call ends after 1 + retries attempts and at most one more, and what cannot be repeated after one", () => {
  assert(
    property(situations, (situation: Situation) => {
      let attempts = 1;
      let { attempt, isFreeUsed } = { attempt: 1, isFreeUsed: false };
      for (;;) {
        const decision = decide({ ...situation, attempt, isFreeUsed });
        if ("stop" in decision) break;
        attempts += 1;
        if (decision.isCounted) attempt += 1;
        else isFreeUsed = true;
      }
      expect(attempts).toBeLessThanOrEqual(situation.isRepeatable ? situation.retries + 2 : 1);
    }),
  );
});

test("headers of any text give whole numbers from 0, or nothing", () => {
  const header = oneof(
    string(),
    string({ unit: constantFrom('"', "a", ";", "r", "t", "=", "0", "7", ",", " ", "\\") }),
  );
  assert(
    property(header, header, constantFrom(429, 503), (first, second, status) => {
      for (const { remaining, resetSeconds } of limitsOf(first))
        expect([remaining, resetSeconds ?? 0].every((number) => number >= 0)).toBe(true);
      const headers = { get: (name: string) => (name === "ratelimit" ? first : second) };
      expect(hintSeconds(status, headers, 0) ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a key in a path is one segment that decodes to the key, and in a body it is the key", () => {
  assert(
    property(string({ unit: "grapheme", minLength: 1 }), (text) => {
      if (text === "." || text === "..") return;
      const path = keyInPath(text, undefined);
      expect(decodeURIComponent(path)).toBe(text);
      expect(path).not.toMatch(/[/?#,]/);
      expect(new URL(`http://x/api/features/${path}`).pathname).toBe(`/api/features/${path}`);
      expect(keyInBody(text)).toBe(text);
    }),
  );
});
