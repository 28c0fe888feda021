import { createRequire } from "node:module";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { root } from "../toolchain.mjs";

const postgres = createRequire(join(root, "server/package.json"))("postgres");

/** Connects to a database, for `max` statements at once. */
export function connect(url, max = 2) {
  return postgres(url, { max, onnotice: () => undefined });
}

export function columnsOf(sql, table) {
  return sql.unsafe(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
}

/** Copies out on a connection of its own: the client does not use one again after that. */
export async function copyOut(url, text, target) {
  const sql = connect(url, 1);
  try {
    await pipeline(await sql.unsafe(text).readable(), target);
  } finally {
    await sql.end({ timeout: 0 });
  }
}
