import { z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { jsonText } from "../../../src/http/contract/responses";

const Member = z.object({ id: z.string(), roles: z.array(z.string()), name: z.string().optional() });

test("the compiler refuses a document that the schema does not allow", () => {
  const roles: readonly string[] = ["owner"];
  expect(jsonText(Member, { id: "a", roles })).toBe('{"id":"a","roles":["owner"]}');
  // @ts-expect-error: a member is missing
  jsonText(Member, { id: "a" });
  // @ts-expect-error: a member has another type
  jsonText(Member, { id: 1, roles });
  // @ts-expect-error: the schema has no such member
  jsonText(Member, { id: "a", roles, extra: true });
});
