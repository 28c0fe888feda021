import { z } from "@hono/zod-openapi";

/** Returns the names of an object's members, or of all alternatives of a union. */
export function memberNames(schema: z.core.$ZodType): readonly string[] {
  return Object.keys(shapeOf(schema));
}

/**
 * A member of a body that its handler gets as JSON text, because a parsed number no longer distinguishes 7 from 7.0 and
 * loses integers beyond 2^53. The handler parses it; `printed` describes it in the document.
 */
export function exactJson(printed: Parameters<ReturnType<typeof z.custom<string>>["openapi"]>[0]) {
  return z.custom<string>((value) => typeof value === "string").openapi(printed);
}

/** Returns the members that `exactJson` declares. */
export function exactMembers(schema: z.core.$ZodType): ReadonlySet<string> {
  return new Set(
    Object.entries(shapeOf(schema)).flatMap(([name, member]) => (member instanceof z.ZodCustom ? [name] : [])),
  );
}

function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodUnion) return Object.assign({}, ...schema.options.map(shapeOf));
  return schema instanceof z.ZodObject ? schema.shape : {};
}
