import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SnapshotFile } from "../../../src/datasets/dataset-types";
import type { WriteSnapshot } from "../../../src/datasets/write/write-snapshot";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Writes one file of the rows as they arrive, and the digests. For tests of what happens around the writing. */
export const writePlainly: WriteSnapshot = async (plan, rows) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of rows) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString("utf8").split("\n").slice(0, -1);
  const values = lines.map((line) => line.split("\t"));
  const kept = values.filter(([excluded]) => excluded === "\\N").map(([, ...rest]) => rest);
  const excluded: Record<string, number> = {};
  for (const [reason = ""] of values) if (reason !== "\\N") excluded[reason] = (excluded[reason] ?? 0) + 1;
  const keys = plan.columns.filter(({ role }) => role === "key").length;
  const digests = kept.map((row) => [row.slice(0, keys).join(" "), row] as const);
  const files: SnapshotFile[] = [];
  const write = async (path: string, role: SnapshotFile["role"], text: string, count: number) => {
    await mkdir(dirname(join(plan.folder, path)), { recursive: true });
    await writeFile(join(plan.folder, path), text);
    files.push({
      ...{
        name: path.split("/").at(-1) ?? "",
        path,
        role,
        format: role === "data" ? "csv" : null,
        split: null,
        part: 0,
      },
      ...{ rows: count, bytes: Buffer.byteLength(text), sha256: sha256(text) },
    });
  };
  await write("data/all.csv", "data", kept.map((row) => `${row.join(",")}\n`).join(""), kept.length);
  await write(
    "row-digests.csv",
    "digests",
    digests.map(([key, row]) => `${key}\t${JSON.stringify(row)}\n`).join(""),
    kept.length,
  );
  return {
    files,
    rows: kept.length,
    splits: {},
    statistics: plan.columns.map(() => ({
      nulls: 0,
      minimum: null,
      maximum: null,
      mean: null,
      longest: null,
      values: null,
    })),
    excluded,
    changes:
      plan.previous &&
      (await changesSince(
        plan.previous,
        plan.columns.map(({ name }) => name),
        new Map(digests),
      )),
  };
};

async function changesSince(
  { path, columns }: { readonly path: string; readonly columns: readonly { readonly name: string }[] },
  names: readonly string[],
  now: ReadonlyMap<string, readonly string[]>,
) {
  const lines = (await readFile(path, "utf8"))
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t"));
  const before = new Map(lines.map(([key = "", row = "[]"]) => [key, JSON.parse(row) as readonly string[]]));
  const shared = names.filter((name) => columns.some((column) => column.name === name));
  const common = (row: readonly string[], of: readonly string[]) =>
    shared.map((name) => row[of.indexOf(name)]).join("\t");
  const old = columns.map(({ name }) => name);
  const changed = [...now].filter(([key, row]) => {
    const earlier = before.get(key);
    return earlier !== undefined && common(row, names) !== common(earlier, old);
  });
  return {
    added: [...now.keys()].filter((key) => !before.has(key)).length,
    changed: changed.length,
    removed: [...before.keys()].filter((key) => !now.has(key)).length,
  };
}
