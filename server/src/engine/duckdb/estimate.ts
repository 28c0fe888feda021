import { compileView, dialects, instantText } from "@featstore/definitions/compiler";
import { EngineError, isFailureOfSource } from "../engine-error";
import type { Estimate, ViewPlans } from "../view-plans";
import { listFiles } from "./file-schemas";
import type { DuckdbSession, OpenEngine } from "./process/index";
import { readsOf, type SourceReads, withSources } from "./with-sources";

const SHORT_MS = 60_000;
/** The bytes of a page, whose sequential read is the unit of a cost. */
const PAGE_BYTES = 8192;

/** A node of DuckDB's plan as JSON. */
interface PlanNode {
  readonly children: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, unknown>>;
}

/** Estimates a view by DuckDB's plan and the sizes of the files that remain after folders are skipped. Reads no rows. */
export function createEstimate(engine: OpenEngine): ViewPlans["estimate"] {
  return async (view, options) => {
    const { text, parameters } = compileView(dialects.duckdb, view);
    try {
      const reads = readsOf([view]);
      const callOptions = { deadlineMs: SHORT_MS, ...options, isShort: true };
      return await withSources(engine, reads, callOptions, async (session) => {
        const [clock] = await session.rows<{ now: string }>("select epoch_us(now()) as now");
        const [row] = await session.rows<{ explain_value: string }>(`explain (format json) ${text}`, {
          parameters: [instantText(BigInt(clock?.now ?? 0)), ...parameters],
        });
        const plan = JSON.parse(row?.explain_value ?? "[]") as readonly PlanNode[]; // DuckDB's format
        return { state: "estimated", estimate: estimateOf(plan, await bytesOf(session, reads)) };
      });
    } catch (error) {
      if (error instanceof EngineError && isFailureOfSource(error)) return { state: "refused", reason: error.detail };
      throw error;
    }
  };
}

function estimateOf(plan: readonly PlanNode[], bytes: number): Estimate {
  const nodes = [...nodesOf(plan)].map(({ extra_info: info = {} }) => info);
  const rows = nodes.map((info) => Number(info["Estimated Cardinality"])).find((count) => Number.isFinite(count)) ?? 0;
  // `2/5`: of five files, partitions leave two.
  const scans = nodes.flatMap((info) => {
    const [, read, all] = /^(\d+)\/(\d+)$/.exec(String(info["Scanning Files"])) ?? [];
    return read === undefined || all === undefined ? [] : [{ read: Number(read), all: Number(all) }];
  });
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const all = sum(scans.map((scan) => scan.all));
  const share = all === 0 ? 1 : sum(scans.map((scan) => scan.read)) / all;
  return { rows, totalCost: (bytes * share) / PAGE_BYTES };
}

function* nodesOf(nodes: readonly PlanNode[]): Generator<PlanNode> {
  for (const node of nodes) {
    yield node;
    yield* nodesOf(node.children);
  }
}

async function bytesOf(session: DuckdbSession, { sources }: SourceReads): Promise<number> {
  const paths = sources.flatMap(({ relation }) => (relation.kind === "files" ? relation.path : []));
  let bytes = 0;
  for (const path of paths) for (const file of await listFiles(session, [path])) bytes += file.bytes;
  return bytes;
}
