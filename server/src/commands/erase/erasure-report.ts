import type { Erasure } from "../../services/erase/erase";
import { table } from "../base/table";

/** What the report is about: `track 7`, `track 7 of tenant acme`. */
export interface ErasureSubject {
  readonly entity: string;
  readonly id: string;
  readonly tenant: string | null;
  readonly dryRun: boolean;
}

/** An erasure as `--json` prints it. */
export function erasureDocument({ entity, tenant, dryRun }: ErasureSubject, erasure: Erasure) {
  return {
    entity,
    key_hmac: erasure.keyDigest,
    tenant,
    dry_run: dryRun,
    revision: erasure.revision,
    views: erasure.views.map(({ view, version, rows, history, skipped }) => ({
      view,
      version,
      rows,
      history,
      skipped,
    })),
    sampled_answers: erasure.answers,
    run_reports: erasure.runs,
    training_sets: erasure.trainingSets.map(({ id, tenant: owner, state, host, finding, deleted }) => ({
      ...{ id, tenant: owner, state, host, finding, deleted },
    })),
  };
}

const skippedTexts = { other_key: "its key has other parts", shared: "its rows are of no tenant" } as const;

/** An erasure for people. */
export function erasureText({ entity, id, tenant, dryRun }: ErasureSubject, erasure: Erasure): string {
  const { views, answers, runs, trainingSets } = erasure;
  const looked = views.filter(({ skipped }) => skipped === null);
  const rows = looked.map((each) => [`${each.view}@${each.version}`, String(each.rows), String(each.history)]);
  const contained = trainingSets.filter(({ finding }) => finding === "contains");
  const unread = trainingSets.filter(({ finding }) => finding !== "contains");
  const left = contained.filter(({ deleted }) => !deleted);
  const whose = tenant === null ? "" : ` of tenant ${tenant}`;
  return [
    dryRun ? `Of ${entity} ${id}${whose} would go:` : `Erased ${entity} ${id}${whose}, revision ${erasure.revision}.`,
    looked.length === 0 ? "No rows of any view." : table(["view", "rows", "rows of the past"], rows),
    ...views.flatMap(({ view, version, skipped }) =>
      skipped === null ? [] : [`${view}@${version} is left as it is: ${skippedTexts[skipped]}.`],
    ),
    `Sampled answers: ${answers}. Reports of runs that named the key: ${runs}.`,
    ...contained.map(({ id: set, state, deleted }) =>
      deleted
        ? `Training set ${set} contains it: ${state === "finished" ? "deleted" : "it will be cancelled"}.`
        : `Training set ${set} contains it, and is ${state}.`,
    ),
    ...unread.map(
      ({ id: set, finding, host }) => `Training set ${set} could not be looked at: ${unreadText(finding, host)}.`,
    ),
    ...(left.length === 0 || dryRun ? [] : ["--delete-training-sets deletes those that contain it."]),
    `The history ${dryRun ? "would note" : "notes"} the key as HMAC ${erasure.keyDigest}.`,
    "Your own tables are never written: while the sources still have the key, the next full run brings it back.",
  ].join("\n");
}

function unreadText(finding: Erasure["trainingSets"][number]["finding"], host: string): string {
  switch (finding) {
    case "elsewhere":
      return `it was made on "${host}"; run the command there`;
    case "loading":
      return "its spine is just being read; run the command again";
    default:
      return "what is kept of its spine is damaged";
  }
}
