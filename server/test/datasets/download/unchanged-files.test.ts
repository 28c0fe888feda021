import { expect, test } from "vitest";
import { createUnchangedFiles } from "../../../src/datasets/download/unchanged-files";
import { sampleBytes, sha256 } from "../support/sample-snapshot";

const content = sampleBytes(1000);

function open(stored: Uint8Array) {
  const state = { changedAt: 50n as bigint | undefined, reads: 0, stored };
  const file = {
    ...{ name: "a.csv", contentType: "text/csv", bytes: content.byteLength, sha256: sha256(content), cacheControl: "" },
    read: (first: number, last: number) => {
      state.reads += 1;
      return new Response(Uint8Array.from(state.stored.subarray(first, last + 1))).body ?? new ReadableStream();
    },
  };
  const unchanged = createUnchangedFiles({ changedAt: async () => state.changedAt });
  return { state, require: () => unchanged.require("songs/a.csv", file, 100n) };
}

test("does not read a file that was not changed after it was published", async () => {
  const { state, require } = open(content);
  await require();
  state.changedAt = undefined;
  await require();
  expect(state.reads).toBe(0);
});

test("reads a changed file once, and again after the next change", async () => {
  const { state, require } = open(content);
  state.changedAt = 101n;
  await Promise.all([require(), require()]);
  await require();
  expect(state.reads).toBe(1);
  state.changedAt = 102n;
  await require();
  expect(state.reads).toBe(2);
});

test("refuses a file with other bytes, until it is restored", async () => {
  const { state, require } = open(sampleBytes(1000, "other"));
  state.changedAt = 101n;
  await expect(require()).rejects.toMatchObject({ code: "snapshot_damaged" });
  await expect(require()).rejects.toMatchObject({ code: "snapshot_damaged" });
  state.stored = content;
  await require();
});
