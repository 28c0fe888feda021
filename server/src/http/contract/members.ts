import { z } from "@hono/zod-openapi";

/** Returns the names of an object's members, or of all alternatives of a union. */
export function memberNames<Schema extends z.core.$ZodType>(schema: Schema): readonly NameOf<Schema>[] {
  return Object.keys(shapeOf(schema)) as NameOf<Schema>[];
}

type NameOf<Schema> = Schema extends z.ZodObject<infer Shape> ? keyof Shape & string : string;

/**
 * An array in a body that its handler gets as JSON text and parses itself, with errors of its own: a parsed number no
 * longer distinguishes 7 from 7.0 and loses integers beyond 2^53. `items` is printed, and not validated here.
 */
export function exactArray(items: { readonly [keyword: string]: unknown }, description: string) {
  // An example is the array itself.
  const schema = z.custom<string>((value) => typeof value === "string") as unknown as z.ZodCustom<string, unknown>;
  return schema.openapi({ type: "array", items, minItems: 1, description });
}

/** Returns the members that `exactArray` declares. */
export function exactMembers(schema: z.core.$ZodType): ReadonlySet<string> {
  return new Set(
    Object.entries(shapeOf(schema)).flatMap(([name, member]) => (member instanceof z.ZodCustom ? [name] : [])),
  );
}

function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodUnion) return Object.assign({}, ...schema.options.map(shapeOf));
  return schema instanceof z.ZodObject ? schema.shape : {};
}
