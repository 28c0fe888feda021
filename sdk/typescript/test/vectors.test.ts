import { describe, expect, test } from "vitest";
import errorVectors from "../../test-vectors/errors.json" with { type: "json" };
import hintVectors from "../../test-vectors/hints.json" with { type: "json" };
import pathVectors from "../../test-vectors/paths.json" with { type: "json" };
import limitVectors from "../../test-vectors/rate-limit.json" with { type: "json" };
import retryVectors from "../../test-vectors/retries.json" with { type: "json" };
import unexpectedVectors from "../../test-vectors/unexpected-answers.json" with { type: "json" };
import { ApiError, InvalidCallError } from "../src/index";
import { keyInBody, keyInPath } from "../src/key";
import { hintSeconds } from "../src/transport/hints";
import { limitsOf } from "../src/transport/rate-limit";
import { refusalOf, strange } from "../src/transport/read-answer";
import { decide, type Failure } from "../src/transport/retry-rules";

// The rules that hold for the clients of all languages.

type RetryCase = (typeof retryVectors.cases)[number];

function failureOf({ kind, ...status }: RetryCase["failure"]): Failure {
  if (kind === "status")
    return {
      kind,
      status: status.status ?? 0,
      code: status.code ?? "",
      hintSeconds: status.hint_seconds ?? null,
    };
  return { kind: kind === "connection" || kind === "closed" || kind === "timeout" ? kind : "final" };
}

describe("retries", () => {
  test.each(retryVectors.cases)("$name", ({ failure, attempt, retries, random, expected, ...more }) => {
    const decision = decide({
      failure: failureOf(failure),
      attempt,
      retries,
      isRepeatable: more.repeatable,
      isFreeUsed: more.free_attempt_used,
      random,
      leftMs: more.left_ms,
    });
    expect("stop" in decision ? decision : { retry_after_ms: decision.pauseMs, counted: decision.isCounted }).toEqual(
      expected,
    );
  });
});

test.each(hintVectors.cases)("hint: $name", ({ status, headers, seconds }) => {
  const sent = { get: (name: string) => new Map(Object.entries(headers)).get(name) ?? null };
  expect(hintSeconds(status, sent, Date.parse(hintVectors.now))).toBe(seconds);
});

test.each(limitVectors.cases)("RateLimit: $name", ({ header, limits }) => {
  const expected = limits.map(({ name, remaining, reset_seconds }) => ({
    name,
    remaining,
    resetSeconds: reset_seconds,
  }));
  expect(limitsOf(header)).toEqual(expected);
});

test.each(errorVectors.cases)("error: $name", ({ status, headers, body, expected }) => {
  const sent = new Response(body, { status, headers: Object.entries(headers) });
  const error = refusalOf(sent, body, "http://localhost:8080/api/features/7");
  expect(error.constructor.name).toBe(expected.class);
  expect(error.name).toBe(expected.class);
  for (const part of expected.message_has ?? []) expect(error.message).toContain(part);
  for (const part of expected.message_lacks ?? []) expect(error.message).not.toContain(part);
  if (!(error instanceof ApiError)) return;
  const { code, requestId, detail, errors, retryAfter, message } = error;
  expect({ class: error.name, code, request_id: requestId, detail, errors, retry_after: retryAfter, message }).toEqual(
    expected,
  );
});

test.each(unexpectedVectors.cases)("unexpected answer: $name", ({ headers, body, message_has, message_lacks }) => {
  const sent = { status: 200, headers: new Headers(Object.entries(headers)) };
  const { name, message } = strange(sent, body, "http://localhost:1/api");
  expect(name).toBe("UnexpectedAnswerError");
  for (const part of message_has) expect(message).toContain(part);
  for (const part of message_lacks) expect(message).not.toContain(part);
});

type Part = { number?: number; integer?: string; text?: string };

function partOf({ number, integer, text }: Part): number | bigint | string {
  return number ?? (integer === undefined ? (text ?? "") : BigInt(integer));
}

test.each(pathVectors.cases)("key: $name", (given) => {
  const parts: readonly (Part & { name: string })[] | undefined = given.id.parts;
  const id =
    parts === undefined ? partOf(given.id) : Object.fromEntries(parts.map((part) => [part.name, partOf(part)]));
  const entity =
    given.key_order === null ? undefined : { name: "e", key: given.key_order.map((name: string) => ({ name })) };
  const inPath = () => keyInPath(id, entity);
  if (given.path_error === undefined) expect(inPath()).toBe(given.path);
  else expect(inPath).toThrow(expect.objectContaining({ name: given.path_error }));
  expect(keyInBody(id)).toEqual(given.body);
});

test("a key with half of a character is refused, in the path and in a batch", () => {
  expect(() => keyInPath("a\ud83c", undefined)).toThrow(InvalidCallError);
  expect(() => keyInBody("a\ud83c")).toThrow(InvalidCallError);
});
