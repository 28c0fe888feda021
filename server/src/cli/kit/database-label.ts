import type { Config } from "../../core/index";

/** Names a configuration's database without user and password: `database music on db.example:5432`. */
export function databaseLabel({ database }: Pick<Config, "database">): string {
  if (database.kind === "embedded") return `the embedded database in ${database.folder}`;
  const url = new URL(database.url.reveal());
  const host = url.hostname === "" ? (url.searchParams.get("host") ?? "a local socket") : url.host;
  const name = decodeURIComponent(url.pathname.slice(1));
  return `${name === "" ? "the default database" : `database ${name}`} on ${host}`;
}
