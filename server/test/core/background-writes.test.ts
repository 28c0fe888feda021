import { expect, test } from "vitest";
import { writeInBackground } from "../../src/core/background-writes";

test("a flush during a write waits until the entries that came since are written, too", async () => {
  const written: string[] = [];
  let waiting = ["first"];
  let end = () => {};
  const { flush, close } = writeInBackground(async () => {
    const entries = waiting;
    waiting = [];
    if (entries.includes("first")) await new Promise<void>((resolve) => (end = resolve));
    written.push(...entries);
  }, 3_600_000);
  const first = flush();
  await Promise.resolve();
  waiting.push("second");
  const both = [flush(), flush()];
  end();
  await Promise.all([first, ...both]);
  expect(written).toEqual(["first", "second"]);
  await close();
});
