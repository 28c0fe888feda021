import { createHash } from "node:crypto";
import { type CallOptions, type Database, ownQuery } from "../database/index";
import type { Run } from "./view-fills";

const TOKEN = /_run(\d+)$/;

/** Names the folder of a run, after its fencing token: `plays_v1_g3_run77`. A dead run cannot touch the files of a later one. */
export function runFolderName({ token, view, version, generation }: Run): string {
  return `${view}_v${version}_g${generation}_run${token}`;
}

/** Returns the token in the name of a run's folder; undefined for another name. */
export function runTokenIn(name: string): string | undefined {
  return TOKEN.exec(name)?.[1];
}

/**
 * Names the folder of all runs of a database, whose leases the tokens are, by twelve hexadecimal digits: databases that share a place
 * have folders of their own there. A restored copy keeps its name.
 */
export function runsFolderName(database: Database, options?: CallOptions): Promise<string> {
  return folderName("runs", database, options);
}

/** Names the folder of all spines of a database in the same way. */
export function spinesFolderName(database: Database, options?: CallOptions): Promise<string> {
  return folderName("spines", database, options);
}

async function folderName(kind: "runs" | "spines", database: Database, options?: CallOptions): Promise<string> {
  const text = `select concat_ws('.', featstore.cluster_identity(),
    (select oid from pg_catalog.pg_database where datname = current_database())) as name`;
  const [row] = await ownQuery<{ name: string }>(database, { text }, options);
  const digest = createHash("sha256").update(row?.name ?? "");
  return `${kind}_${digest.digest("hex").slice(0, 12)}`;
}
