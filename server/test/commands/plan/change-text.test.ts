import { expect, test } from "vitest";
import { changeText } from "../../../src/commands/plan/change-text";

const start = '{"kind":"aggregate","name":"count","operand":null,"filter":{"kind":"compare","operator":"equal","left":';

test("short texts are shown whole", () => {
  expect(changeText("30", "60")).toBe(" 30 → 60");
  expect(changeText(null, "int32")).toBe(" int32");
  expect(changeText("int32", null)).toBe(" int32");
  expect(changeText(null, null)).toBe("");
});

test("long ones around the first difference, which both show", () => {
  const text = (value: string) => `${start}{"value":"${value}"},"window":{"seconds":7776000}}`;
  const [, before, after] = /^ (.+) → (.+)$/.exec(changeText(text("old"), text("new"))) ?? [];
  expect(before).toMatch(/^….*"old"/);
  expect(after).toMatch(/^….*"new"/);
  expect(before?.length).toBeLessThan(80);
});

test("a difference at the very end, and one text that is the start of the other", () => {
  expect(changeText(`${start}1}`, `${start}2}`)).toMatch(/^ ….*1} → ….*2}$/);
  expect(changeText(start, `${start}more}`)).toMatch(/^ … *.* → ….*more}$/);
});
