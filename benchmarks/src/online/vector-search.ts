import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { barOf } from "./bars";
import { type ClientRequest, createHttpClient, type HttpClient } from "./http-client";
import { createTenantKey, type OnlineContext } from "./online-context";
import { mean, quantile } from "./quantiles";
import { startFeatstore } from "./servers";
import { trackPath } from "./track-reads";
import { createVectorItems, ITEMS, SMALL_TENANT, TENANT_ITEMS, vectorMaker, vectorText } from "./vector-items";

const K = 10;
const PATH = "/api/embeddings/search";

/** The searched items: all, those below a share, or a tenant's. */
interface Search {
  readonly name: string;
  readonly view: string;
  readonly key: string;
  readonly below: number | null;
  /** The same items in SQL. */
  readonly where: string;
}

interface SearchAnswer {
  /** `hnsw` or `exact`. */
  readonly method: string;
  readonly hits: readonly { readonly id: number }[];
}

/** Measures p95 and recall of the ten nearest of 57,718 × 384 against an exact search in SQL, with filters and a small tenant. */
export async function measureVectorSearch(context: OnlineContext): Promise<readonly Figure[]> {
  const { database, options, folder, keys, report, skip } = context;
  const items = options.quick ? 2_000 : 57_718;
  report(`online: making and materializing ${items} vectors`);
  await createVectorItems(database, folder, items);
  const shared = keys[0] ?? "";
  const tenantKey = await createTenantKey(database, SMALL_TENANT);
  const server = await startFeatstore(context, { setup: "memory", path: trackPath(context) });
  const client = createHttpClient(server.origin);
  try {
    const filtered = (percent: number): Search => ({
      name: `filter keeps ${percent} %`,
      view: ITEMS,
      key: shared,
      below: percent / 100,
      where: `share < ${percent / 100}`,
    });
    const searches: readonly Search[] = [
      { name: "unfiltered", view: ITEMS, key: shared, below: null, where: "true" },
      ...[50, 5, 1, 0.1].map(filtered),
      {
        name: "tenant that owns 0.1 %",
        view: TENANT_ITEMS,
        key: tenantKey,
        below: null,
        where: `tenant_id = '${SMALL_TENANT}'`,
      },
    ];
    const next = vectorMaker(29);
    const queries = Array.from({ length: options.quick ? 20 : 200 }, () => vectorText(next()));
    if (!(await searchesEmbeddings(server.origin))) {
      skip("search", "this Featstore does not search embeddings");
      return [];
    }
    const figures: Figure[] = [];
    for (const search of searches) {
      report(`online: search, ${search.name}, ${queries.length} queries, ${options.rounds} rounds`);
      figures.push(...(await measureSearch(context, client, search, queries, items)));
    }
    return figures;
  } finally {
    client.close();
    await server.stop();
  }
}

async function searchesEmbeddings(origin: string): Promise<boolean> {
  const description = (await (await fetch(`${origin}/openapi.json`)).json()) as { readonly paths: object };
  return Object.hasOwn(description.paths, PATH);
}

async function measureSearch(
  { database, options }: OnlineContext,
  client: HttpClient,
  search: Search,
  queries: readonly string[],
  items: number,
): Promise<readonly Figure[]> {
  const { sql } = database;
  const exact = (query: string) =>
    sql.unsafe<{ id: number }[]>(
      `select item_id::int as id from ${ITEMS} where ${search.where} order by embedding <=> $1::vector limit ${K}`,
      [query],
    );
  const ask = async (query: string) => JSON.parse(await client.send(requestOf(search, query))) as SearchAnswer;
  for (const query of queries.slice(0, 20)) {
    await ask(query);
    await exact(query);
  }
  const ours: number[] = [];
  const floor: number[] = [];
  const recalls: number[] = [];
  const methods = new Set<string>();
  for (let round = 0; round < options.rounds; round++) {
    const [oursMs, floorMs]: [number[], number[]] = [[], []];
    for (const query of queries) {
      const begun = performance.now();
      const { hits, method } = await ask(query);
      const between = performance.now();
      const nearest = await exact(query);
      oursMs.push(between - begun);
      floorMs.push(performance.now() - between);
      const ids = new Set(hits.map(({ id }) => Number(id)));
      methods.add(method);
      recalls.push(nearest.length === 0 ? 1 : nearest.filter(({ id }) => ids.has(id)).length / nearest.length);
    }
    ours.push(quantile(oursMs, 0.95));
    floor.push(quantile(floorMs, 0.95));
  }
  const [measured, floored] = [measurement(ours), measurement(floor)];
  const notes = {
    items,
    methods: [...methods],
    queries: queries.length,
    "at once": 1,
    "smallest recall of a query": Math.min(...recalls),
  };
  const [recall, whole] = [measurement([mean(recalls)]), measurement([1])];
  return [
    {
      name: `p95 of nearest ${K}, ${search.name}`,
      unit: "ms",
      ours: measured,
      floorName: "exact SQL",
      floor: floored,
      ratio: ratioOf(measured, floored),
      bar: barOf("search", "p95 of nearest 10"),
      plot: { group: "search", label: search.name },
      notes,
    },
    {
      name: `recall@${K}, ${search.name}`,
      unit: "of 1",
      ours: recall,
      floorName: "exact SQL",
      floor: whole,
      ratio: ratioOf(recall, whole),
      bar: barOf("recall", "recall@10"),
      plot: { group: "recall", label: search.name },
      notes,
    },
  ];
}

function requestOf({ view, key, below }: Search, query: string): ClientRequest {
  const filter = below === null ? "" : `,"filter":{"feature":"${view}.share","op":"lt","value":${below}}`;
  const body = `{"embedding":"${view}.embedding","vector":${query},"k":${K}${filter}}`;
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  };
  return { method: "POST", path: PATH, headers, body };
}
