import { expect, test } from "vitest";
import { suggest } from "../../src/core/index";

test("suggests the nearest name for a text of up to 80 characters", () => {
  const name = "n".repeat(81);
  expect(suggest("sentimetn", ["genre", "sentiment"])).toBe('; did you mean "sentiment"?');
  expect(suggest(name.slice(1), [name])).toBe(`; did you mean "${name}"?`);
  expect(suggest(name, [name])).toBe("");
});
