import { MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import { parseBatchKey, parseKeyCells, parsePathKey } from "../../src/serving/entity-key";
import { play, track } from "../helpers/serving-fixture";

// "€" has three bytes; the integer part counts by its digits.
const longestKey = "€".repeat((MAX_KEY_BYTES - 8) / 3);
const scope = "tenant7";

test("limits the length of the key and its scope together", () => {
  expect((MAX_KEY_BYTES - 8) % 3).toBe(0);
  expect(parsePathKey(play, `${encodeURIComponent(longestKey)},7`, scope).key).toBe(`${longestKey}\u00007`);
  expect(parseBatchKey(play, JSON.stringify({ artist: longestKey, track_id: 7 }), 0, scope)).toBe(
    `${longestKey}\u00007`,
  );
});

test("refuses one byte more, with the path", () => {
  const refused = (path: string) =>
    expect.objectContaining({
      code: "id_too_long",
      detail: expect.stringMatching(new RegExp(`${MAX_KEY_BYTES - 7} .*${MAX_KEY_BYTES - 8} `)),
      errors: [expect.objectContaining({ path })],
    });
  const batch = JSON.stringify({ artist: longestKey, track_id: 7 });
  expect(() => parsePathKey(play, `${encodeURIComponent(longestKey)},7`, `${scope}8`)).toThrow(refused("id"));
  expect(() => parseBatchKey(play, batch, 3, `${scope}8`)).toThrow(refused("ids[3]"));
});

test("accepts the empty text as a key in batches, in spines and in composite keys", () => {
  const word = { ...track, name: "word", key: [{ name: "word", type: "string" as const }] };
  expect(parseBatchKey(word, '""', 0, "")).toBe("");
  expect(parseKeyCells(word, ['""'], "line 2", "")).toEqual([""]);
  expect(parsePathKey(play, ",7", "")).toEqual({ key: "\u00007", echo: '"artist":"","track_id":7' });
  expect(parseBatchKey(play, '{"artist":"","track_id":7}', 0, "")).toBe("\u00007");
  const empty = (path: string) =>
    expect.objectContaining({ code: "id_empty", errors: [expect.objectContaining({ path })] });
  expect(() => parsePathKey(word, "", "")).toThrow(empty("id"));
  expect(() => parsePathKey(play, "a,", "")).toThrow(empty("id.track_id"));
  expect(() => parseBatchKey(track, '""', 3, "")).toThrow(empty("ids[3]"));
});

test("accepts a key of one part by its name, and no other name", () => {
  expect(parseBatchKey(track, '{"track_id":7}', 0, "")).toBe("7");
  const unknown = expect.objectContaining({
    code: "id_invalid",
    errors: [expect.objectContaining({ path: "ids[3].track_id" })],
  });
  expect(() => parseBatchKey(track, '{"artist_id":7}', 3, "")).toThrow(unknown);
});
