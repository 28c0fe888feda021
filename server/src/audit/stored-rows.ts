import { servedFeatures, vectorFeatures } from "@featstore/definitions/compiler";
import type { ReplayRow, ViewRow } from "../engine/index";
import type { RegisteredView } from "../registry/index";
import { KEY_SEPARATOR, type OnlineStore, OnlineStoreError, sliceOf } from "../serving/index";

/**
 * Reads the generation's own rows of entities, in the order of `rows`. Falls back to the shared scope where a tenant
 * has none, as reads do. Errors: `OnlineStoreError`, `gone` if the table does not exist.
 */
export async function storedRows(
  tables: Pick<OnlineStore, "read" | "readVectors">,
  registered: RegisteredView,
  table: string,
  rows: readonly ReplayRow[],
  deadlineMs: number,
): Promise<readonly (ViewRow | undefined)[]> {
  const found: (ViewRow | undefined)[] = rows.map(() => undefined);
  const readScope = async (scope: string, positions: readonly number[]) => {
    const keys = positions.map((position) => rows[position]?.key.join(KEY_SEPARATOR) ?? "");
    const read = await readRows(tables, { registered, table, scope, keys, deadlineMs });
    for (const [index, position] of positions.entries()) found[position] = read[index];
  };
  for (const tenant of new Set(rows.map((row) => row.tenant))) {
    await readScope(
      tenant,
      rows.flatMap((row, position) => (row.tenant === tenant ? [position] : [])),
    );
  }
  const { source, entity } = registered.view;
  const fallsBack = source.tenant !== null && entity.population !== null && entity.population.tenant === null;
  const absent = rows.flatMap(({ tenant }, position) =>
    fallsBack && tenant !== "" && found[position] === undefined ? [position] : [],
  );
  if (absent.length > 0) await readScope("", absent);
  return found;
}

async function readRows(
  tables: Pick<OnlineStore, "read" | "readVectors">,
  request: Parameters<OnlineStore["read"]>[0],
): Promise<readonly (ViewRow | undefined)[]> {
  const { view } = request.registered;
  const rows = present(await tables.read(request));
  const vectors = await Promise.all(
    vectorFeatures(view).map(async ({ name }) => ({
      name,
      rows: present(await tables.readVectors({ ...request, feature: name })),
    })),
  );
  const served = servedFeatures(view);
  return rows.map(
    (row, position) =>
      row && {
        eventTime: row.eventTime,
        values: new Map([
          ...served.map(({ name }, index) => [name, sliceOf(row, index, index)] as const),
          ...vectors.map(({ name, rows: own }) => [name, own[position]?.text ?? "null"] as const),
        ]),
      },
  );
}

function present<Rows>(rows: Rows | undefined): Rows {
  if (rows === undefined) throw new OnlineStoreError("gone", "no store holds the generation");
  return rows;
}
