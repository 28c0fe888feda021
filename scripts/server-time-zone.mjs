// Sets the default time zone of the test servers, for the suite's pass in another zone; `default` takes it back.
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./toolchain.mjs";

const postgres = createRequire(join(root, "server/package.json"))("postgres");
const zone = process.argv[2] ?? "default";

for (const name of ["TEST_DATABASE_URL", "TEST_DATABASE_15_URL"]) {
  const url = process.env[name];
  if (url === undefined || url === "") continue;
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  // `alter system` takes no parameters; the zone comes from our own scripts.
  if (zone === "default") await sql.unsafe("alter system reset timezone");
  else await sql.unsafe(`alter system set timezone = '${zone.replaceAll("'", "")}'`);
  await sql`select pg_reload_conf()`;
  await sql.end();
  console.log(`${name}: time zone ${zone}`);
}
