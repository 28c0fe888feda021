import { expect, test } from "vitest";
import { countedBytes } from "../../../src/http/exchange/counted-bytes";

const chunks = [3, 5, 7].map((length) => new Uint8Array(length));

function open() {
  const state = { pulls: 0, cancelled: false, bytes: 0 };
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[state.pulls++];
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const reader = countedBytes(source, (bytes) => {
    state.bytes += bytes;
  }).getReader();
  return { state, reader };
}

test("counts every byte of a stream that is read to its end", async () => {
  const { state, reader } = open();
  while (!(await reader.read()).done) {}
  expect(state.bytes).toBe(15);
});

test("counts nothing of a stream that is not read, and does not read it", async () => {
  const { state, reader } = open();
  await reader.cancel();
  expect(state).toEqual({ pulls: 0, cancelled: true, bytes: 0 });
});

test("does not count the last chunk of a stream that its reader aborts", async () => {
  const { state, reader } = open();
  await reader.read();
  await reader.read();
  await reader.cancel();
  expect(state).toMatchObject({ cancelled: true, bytes: 3 });
});
