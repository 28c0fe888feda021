import type { FeastContext } from "./feast-context";
import { feastBody, ourBatch, SERVICE } from "./read-requests";

const AT_ONCE = 500;

interface OurAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

interface FeastAnswer {
  readonly metadata: { readonly feature_names: readonly string[] };
  readonly results: readonly { readonly values: readonly unknown[] }[];
}

/** Compares every value of every entity that the two servers return; fails at the first difference. Returns their number. */
export async function requireEqualValues(context: FeastContext, ours: string, feast: string): Promise<number> {
  const { ids, keys } = context;
  const json = { "content-type": "application/json" };
  const authorized = { ...json, authorization: `Bearer ${keys[0]}` };
  let compared = 0;
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const part = ids.slice(from, from + AT_ONCE);
    const our = (await post(`${ours}/api/features/batch`, authorized, ourBatch(part))) as OurAnswer;
    const their = (await post(`${feast}/get-online-features`, json, feastBody(SERVICE, part))) as FeastAnswer;
    // `benchmark_peer_00@1.f0` and `benchmark_peer_00__f0`.
    const position = new Map(their.metadata.feature_names.map((name, index) => [name.replace("__", "."), index]));
    for (const [column, name] of our.columns.entries()) {
      const index = position.get(name.replace(/@\d+\./, "."));
      const values = their.results[index ?? -1]?.values ?? [];
      for (const [row, id] of part.entries()) {
        const [left, right] = [our.rows[row]?.[column], values[row]];
        if (Number(left) !== Number(right) || left == null || right == null)
          throw new Error(`${name} of ${id}: Featstore returns ${left}, Feast ${right}`);
        compared++;
      }
    }
  }
  return compared;
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<unknown> {
  const response = await fetch(url, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
