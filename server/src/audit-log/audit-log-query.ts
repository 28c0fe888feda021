import { createTimeReader, type Fault, invalidParameter, parseQuery } from "../core/index";
import type { AuditFilter } from "./audit-log-store";

const MAX_ENTRIES = 1000;
const DEFAULT = 100;
const FORMATS = ["json", "jsonl"] as const;

/** Parses the filter of a list; the faults have the names of the parameters. Days are in UTC. */
export function auditFilter({
  action,
  since,
  until,
}: {
  readonly action?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}): { readonly filter: AuditFilter; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const readTime = createTimeReader("UTC");
  const timeOf = (path: string, text: string | undefined): bigint | undefined => {
    if (text === undefined) return undefined;
    const time = readTime(text);
    if ("micros" in time) return time.micros;
    faults.push({ path, detail: time.detail });
    return undefined;
  };
  if (action !== undefined && !/^[a-z_]{1,60}\.[a-z_]{1,60}$/.test(action))
    faults.push({ path: "action", detail: "expected an action such as key.created" });
  return { filter: { action, since: timeOf("since", since), until: timeOf("until", until) }, faults };
}

/** Parses the query of a request. Errors: `unknown_parameter`, `invalid_parameter` with every fault. */
export function parseAuditQuery(rawQuery: string) {
  const texts = parseQuery(rawQuery, ["action", "since", "until", "limit", "before", "format"]);
  const { filter, faults: ofFilter } = auditFilter(texts);
  const faults = [...ofFilter];
  const { limit, before } = texts;
  const count = limit === undefined ? DEFAULT : /^[1-9][0-9]{0,3}$/.test(limit) ? Number(limit) : Number.NaN;
  if (!(count <= MAX_ENTRIES))
    faults.push({ path: "limit", detail: `expected a whole number from 1 to ${MAX_ENTRIES}` });
  if (before !== undefined && !/^[1-9][0-9]{0,17}$/.test(before))
    faults.push({ path: "before", detail: "expected the id of an entry" });
  const format = FORMATS.find((each) => each === (texts.format ?? "json"));
  if (format === undefined) faults.push({ path: "format", detail: `expected one of ${FORMATS.join(", ")}` });
  if (faults.length > 0) throw invalidParameter(faults);
  return { filter, limit: count, before: before ?? null, format };
}
