import { z } from "@hono/zod-openapi";
import { createTimeReader } from "../../core/index";

/**
 * A time as text, which the handler gets in microseconds since 1970 UTC. A text without an offset is read in `timeZone`,
 * and refused if that is null.
 */
export function instant(timeZone: string | null = null) {
  const readTime = createTimeReader(timeZone);
  return z
    .string()
    .min(1)
    .transform((text, context) => {
      const time = readTime(text);
      if ("micros" in time) return time.micros;
      context.addIssue({ code: "custom", message: time.detail });
      return z.NEVER;
    });
}
