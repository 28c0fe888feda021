import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { verifiedBytes } from "../../../src/http/exchange/verified-bytes";

const chunks = [Buffer.from("one "), Buffer.from("two "), Buffer.from("three")];
const whole = Buffer.concat(chunks);
const sha256 = createHash("sha256").update(whole).digest("hex");

function streamOf(parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = [...parts];
  return new ReadableStream({
    pull(controller) {
      const next = rest.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
}

describe("verified bytes", () => {
  test("passes the expected bytes on", async () => {
    const body = verifiedBytes(streamOf(chunks), { bytes: whole.length, sha256 });
    expect(Buffer.from(await new Response(body).arrayBuffer())).toEqual(whole);
  });

  test.for([
    { name: "another byte", parts: [Buffer.from("one "), Buffer.from("too "), Buffer.from("three")] },
    { name: "too few bytes", parts: chunks.slice(0, 2) },
    { name: "too many bytes", parts: [...chunks, Buffer.from("!")] },
  ])("ends with an error before the last chunk: $name", async ({ parts }) => {
    const onFault = vi.fn();
    const reader = verifiedBytes(streamOf(parts), { bytes: whole.length, sha256, onFault }).getReader();
    let seen = 0;
    const readAll = async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        seen += value.length;
      }
    };
    await expect(readAll()).rejects.toThrow("The file is damaged");
    expect(seen).toBeLessThan(whole.length);
    expect(onFault).toHaveBeenCalledTimes(1);
  });

  test("reports no fault when the reader goes away while the source is read", async () => {
    const onFault = vi.fn();
    let answer: (chunk: Uint8Array) => void = () => undefined;
    const source = new ReadableStream<Uint8Array>(
      {
        pull: (controller) =>
          new Promise<void>((resolve) => {
            answer = (chunk) => {
              controller.enqueue(chunk);
              resolve();
            };
          }),
      },
      { highWaterMark: 0 },
    );
    const reader = verifiedBytes(source, { bytes: whole.length, sha256, onFault }).getReader();
    const read = reader.read();
    await Promise.resolve();
    const cancelled = reader.cancel();
    try {
      answer(Buffer.from("one "));
    } catch {
      // The source was cancelled.
    }
    await cancelled;
    expect(await read).toEqual({ done: true, value: undefined });
    await new Promise((resolve) => setImmediate(resolve));
    expect(onFault).not.toHaveBeenCalled();
  });
});
