import { instantText } from "@featstore/definitions/compiler";
import type { BackfillReport, GivenUpReason } from "../../materialization/index";
import { viewDocument, viewNotes } from "../materialize/view-report";

const ABANDON_REASONS: Readonly<Record<GivenUpReason, string>> = {
  restarted: "because of --restart",
  superseded: "because a later generation was published",
  too_old: "because it is more than a week old",
  version_retired: "because the version is retired",
};

/** Maps a backfill to its JSON document. */
export function backfillDocument({ view, chunks, givenUp }: BackfillReport) {
  return {
    ...viewDocument(view),
    chunks: chunks === null ? null : { done: chunks.done, total: chunks.total, resumed_at: chunks.resumedAt },
    given_up: givenUp === null ? null : { run_id: givenUp.runId, why: givenUp.why },
  };
}

/** Writes a backfill as text. */
export function backfillText({ view, chunks, givenUp }: BackfillReport): string {
  const name = `${view.view}@${view.version}`;
  const abandoned =
    givenUp === null ? [] : [`The interrupted run ${givenUp.runId} was abandoned ${ABANDON_REASONS[givenUp.why]}.`];
  return [...abandoned, endOf(view, chunks, name), ...viewNotes(view)].join("\n");
}

function endOf(view: BackfillReport["view"], chunks: BackfillReport["chunks"], name: string): string {
  const progress = chunks === null ? "" : `${chunks.done} of ${chunks.total} chunks`;
  switch (view.state) {
    case "published": {
      const resumed =
        chunks?.resumedAt == null
          ? ""
          : `; it resumed after ${chunks.resumedAt} of ${chunks.total} chunks, as of its start: run featstore materialize ${name} --incremental for current values`;
      const asOf = view.asOf === null ? "" : ` as of ${instantText(view.asOf)}`;
      return `${name} is published: generation ${view.generation}, ${view.rows ?? 0} rows${asOf}${resumed}.`;
    }
    case "interrupted":
      return `${name} is interrupted, ${progress} are done: run featstore backfill ${name} within a week to resume it.`;
    case "not_begun":
      return `${name} was not started.`;
    default:
      return `${name} failed.`;
  }
}
