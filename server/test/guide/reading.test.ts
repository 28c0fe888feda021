import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, service, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";

const page = join(import.meta.dirname, "../../../docs/guide/reading.md");
const NOW = 1_767_225_600_123_456;
const HOUR = 3_600_000_000;
const MOMENT = 1_767_139_200_000_000; // 2025-12-31

const views = [
  registered({ name: "track_profile", features: { title: "string", plays: "int64" } }),
  registered({ name: "lyric_sentiment", features: { mood: "string" } }),
];
const services = [
  service("mood_radio", 1, "track", [["lyric_sentiment", 1, "mood"]]),
  service("hit_predictor", 1, "track", [
    ["track_profile", 1, "plays"],
    ["lyric_sentiment", 1, "mood"],
  ]),
];
const row = (values: readonly string[], eventTime = MOMENT) => ({ scope: "", key: "1", eventTime, values });
const storeOf = (mood: string, eventTime?: number) =>
  createFakeOnlineStore(
    new Map([
      ["track_profile_v1_g1", [row(['"9007199254740993"', '"One"'])]],
      ["lyric_sentiment_v1_g1", [row([JSON.stringify(mood)], eventTime)]],
    ]),
    false,
  );

/** Parses each request of the page with the answer below it. */
function exchanges(markdown: string) {
  return [...markdown.matchAll(/^```http\n(\S+) (\S+)\n([\s\S]*?)^```\n\n```json\n([\s\S]*?)^```$/gm)].map(
    ([, method = "", path = "", body = "", answer = ""]) => ({
      method,
      path,
      body,
      answer: JSON.parse(answer) as unknown,
    }),
  );
}

/** Replaces omissions in an answer by matchers. */
function expected(value: unknown): unknown {
  if (value === "…") return expect.anything();
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== "object" || value === null) return value;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, expected(each)])),
  );
}

test("docs/guide/reading.md shows the actual answers", async () => {
  const asOfReads = storeOf("angry", 1);
  await asOfReads.follow?.(views);
  const { app, keyOf } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views, services)),
    onlineStore: storeOf("calm"),
    asOfReads: { storeAsOf: () => asOfReads, deadlineMs: 10_000, maxIds: 100 },
    clock: () => NOW + HOUR,
    defaultEntity: "track",
  });
  const key = await keyOf();
  const markdown = readFileSync(page, "utf8");
  const all = exchanges(markdown);
  expect(all.length).toBe(markdown.split("```http").length - 1);
  for (const { method, path, body, answer } of all) {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const response = await app.request(path, { method, headers, ...(body === "" ? {} : { body }) });
    expect(await response.json(), `${method} ${path} ${body}`).toEqual(expected(answer));
  }
});
