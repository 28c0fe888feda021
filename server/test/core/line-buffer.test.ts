import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLineBuffer } from "../../src/core/logger";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("law: chunks are the whole lines in their order, and none exceeds the maximum size", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary", maxLength: 40 })),
      fc.integer({ min: 1, max: 100 }),
      (texts, bytes) => {
        const lines = texts.map((text) => `${text.replaceAll("\n", "")}\n`);
        const chunks: string[] = [];
        const buffer = createLineBuffer({ bytes, flushMs: 100, write: (chunk) => chunks.push(chunk) });
        for (const line of lines) buffer.add(line);
        buffer.flush();
        expect(chunks.join("")).toBe(lines.join(""));
        for (const chunk of chunks) {
          expect(chunk.endsWith("\n")).toBe(true);
          if (Buffer.byteLength(chunk) > bytes) expect(chunk.split("\n")).toHaveLength(2);
        }
      },
    ),
  );
});

test("a line waits no longer than the maximum delay", () => {
  const chunks: string[] = [];
  const buffer = createLineBuffer({ bytes: 1000, flushMs: 100, write: (chunk) => chunks.push(chunk) });
  buffer.add("first\n");
  vi.advanceTimersByTime(99);
  expect(chunks).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(chunks).toEqual(["first\n"]);
  vi.advanceTimersByTime(1000);
  expect(chunks).toHaveLength(1);
});
