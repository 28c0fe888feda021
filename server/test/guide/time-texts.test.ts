import { describe, expect, test } from "vitest";
import { testDatabases } from "../helpers/test-database";

const instant = "2026-11-12T20:30:08.123456";
const parsed = ["Z", "+00", "+0000", "+00:00"].flatMap((offset) => [
  `${instant}${offset}`,
  `${instant.replace("T", " ")}${offset}`,
]);

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`texts of times on ${target.name}`, () => {
    test("the forms in docs/language.md parse, digits after the sixth are cut, and the others are null", async () => {
      const opened = await target.openMigrated();
      const read = async (text: string) => {
        const [row] = await opened.database.query<{ micros: string | null }>({
          text: "select extract(epoch from featstore.to_timestamp($1::text))::text as micros",
          parameters: [text],
        });
        return row?.micros ?? null;
      };
      try {
        for (const text of [...parsed, `${instant}9Z`]) expect(await read(text)).toBe("1794515408.123456");
        for (const text of ["20260131", "2026-01-31T24:00:00Z", "infinity"]) expect(await read(text)).toBeNull();
      } finally {
        await opened.drop();
      }
    });
  });
}
