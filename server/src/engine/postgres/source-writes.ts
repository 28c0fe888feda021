import type { PlainSource } from "@featstore/definitions/compiler";
import { type CallOptions, type Database, quoteName } from "../../database/index";
import type { SourceWrites, TransactionWatermark } from "../sources";
import { relationText } from "./relation-text";

const SINCE = "pg_catalog.age(($1::text::bigint % 4294967296)::text::xid)";

// Transactions are compared modulo 2^32.
const COMPARABLE = `$2::text = featstore.cluster_identity() and $1::text::bigint <= featstore.oldest_transaction()
  and featstore.oldest_transaction() - $1::text::bigint < 2000000000`;

export async function transactionWatermark(
  database: Database,
  options: CallOptions | undefined,
): Promise<TransactionWatermark> {
  const text = "select featstore.cluster_identity() as cluster, featstore.oldest_transaction()::text as transaction";
  const [row] = await database.query<TransactionWatermark & object>({ text }, options);
  if (row === undefined) throw new Error("No transaction watermark");
  return { cluster: row.cluster, transaction: row.transaction };
}

/** Finds rows by the transactions that wrote them, as incremental runs do; deletes are not detected. */
export async function writesSince(
  database: Database,
  source: PlainSource,
  tenant: string | null,
  { cluster, transaction }: TransactionWatermark,
  options: CallOptions | undefined,
): Promise<SourceWrites> {
  if (source.relation.kind !== "table") return "unknown";
  const relation = relationText(source.relation);
  const [altered] = await database.query<{ writes: SourceWrites }>(
    {
      text: `select case
  when not (${COMPARABLE}) or not featstore.tells_transactions(to_regclass($3::text)) then 'unknown'
  when featstore.is_altered(to_regclass($3::text), ${SINCE}) then 'written'
  else 'none' end as writes`,
      parameters: [transaction, cluster, relation],
    },
    options,
  );
  if (altered?.writes !== "none") return altered?.writes ?? "unknown";
  const ofTenant = source.tenant === null ? "" : ` and source.${quoteName(source.tenant)}::text = $2::text`;
  const [row] = await database.query<{ found: boolean }>(
    {
      text: `select exists (select from ${relation} as source
  where pg_catalog.age(source.xmin) <= (select ${SINCE})${ofTenant}) as found`,
      parameters: source.tenant === null ? [transaction] : [transaction, tenant],
    },
    options,
  );
  return row?.found === false ? "none" : "written";
}
