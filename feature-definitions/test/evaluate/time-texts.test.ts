import fc from "fast-check";
import { expect, test } from "vitest";
import { dateOfText, dateText, dayOfText, instantOfText, instantText } from "../../src/compiler";

const LAST = 9_223_371_331_200_000_000n; // PostgreSQL's last timestamp, the end of the year 294276
const FIRST = -210_866_803_200_000_000n;

test("parses the text of an instant back to the instant", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: FIRST, max: LAST }), (micros) => {
      expect(instantOfText(instantText(micros))).toBe(micros);
    }),
  );
});

test("formats instants as JavaScript does, with microseconds, and the year before 1 with a sign", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("-004713-11-24T00:00:00Z"), noInvalidDate: true }), (date) => {
      const text = instantText(BigInt(date.getTime()) * 1000n);
      expect(Date.parse(text.replace(/\d{3}Z$/, "Z"))).toBe(date.getTime());
      if (date.getUTCFullYear() !== 0) expect(text).toBe(date.toISOString().replace("Z", "000Z"));
    }),
  );
  expect(instantText(-62_135_596_800_000_001n)).toBe("+000000-12-31T23:59:59.999999Z");
});

test("parses the text of a date back to the date", () => {
  const dates = ["2026-02-28", "0001-01-01", "0001-12-31 BC", "0044-03-15 BC", "4714-11-24 BC", "5874897-12-31"];
  const texts = ["2026-02-28", "0001-01-01", "+000000-12-31", "-000043-03-15", "-004713-11-24", "+5874897-12-31"];
  expect(dates.map(dateText)).toEqual(texts);
  expect(texts.map(dateOfText)).toEqual(dates);
  expect(["1970-01-02", "1969-12-31", "-000043-03-15"].map(dayOfText)).toEqual([1, -1, -735_160]);
});

test("rejects other texts", () => {
  expect(["infinity", "0044-03-15 BC", "-0043-03-15", ""].map(dateOfText)).toEqual([null, null, null, null]);
  expect(["-infinity", "-43-03-15", ""].map(instantOfText)).toEqual([null, null, null]);
});
