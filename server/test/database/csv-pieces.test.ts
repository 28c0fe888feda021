import { open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvPieces } from "../../src/database/csv-pieces";
import { csvLine } from "../../src/database/sql-text";

test("cuts any CSV between rows, at any size", async () => {
  const path = join(tmpdir(), `featstore-test-${process.pid}.csv`);
  const field = fc.option(fc.string({ unit: fc.constantFrom("a", '"', "\n", ",", "é") }), { nil: null });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(field, { minLength: 2, maxLength: 2 })),
      fc.integer({ min: 1, max: 40 }),
      async (rows, size) => {
        const lines = rows.map(csvLine);
        await writeFile(path, lines.join(""));
        const file = await open(path);
        const pieces: string[] = [];
        for await (const piece of csvPieces(file.fd, size)) pieces.push(Buffer.from(piece).toString());
        await file.close();
        expect(pieces.join("")).toBe(lines.join(""));
        // Each piece consists of whole lines.
        const left = [...lines];
        for (const piece of pieces) {
          let text = "";
          while (text.length < piece.length) text += left.shift() ?? "nothing left";
          expect(text).toBe(piece);
        }
      },
    ),
    { numRuns: 200 },
  );
  await rm(path, { force: true });
});
