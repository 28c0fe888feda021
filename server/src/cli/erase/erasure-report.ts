import type { Erasure } from "../../erasure/index";
import { snapshotFindings } from "../dataset/snapshot-findings";
import { table } from "../kit/table";

/** The erased key: `speech 7`, `speech 7 of tenant acme`. */
export interface ErasureSubject {
  readonly entity: string;
  readonly id: string;
  readonly tenant: string | null;
  readonly dryRun: boolean;
  /** The engines besides PostgreSQL that read sources of the entity's views. */
  readonly engines: readonly string[];
}

/** Maps an erasure to its JSON document. */
export function erasureDocument({ entity, tenant, dryRun, engines }: ErasureSubject, erasure: Erasure) {
  return {
    entity,
    key_hmac: erasure.keyDigest,
    tenant,
    dry_run: dryRun,
    engines,
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
    datasets: erasure.datasets,
    dataset_snapshots: snapshotFindings(erasure.snapshots).documents,
  };
}

const skippedTexts = { other_key: "its key has different parts", shared: "its rows have no tenant" } as const;

/** Writes an erasure as text. */
export function erasureText({ entity, id, tenant, dryRun, engines }: ErasureSubject, erasure: Erasure): string {
  const { views, answers, runs, trainingSets, datasets, snapshots } = erasure;
  const looked = views.filter(({ skipped }) => skipped === null);
  const rows = looked.map((each) => [`${each.view}@${each.version}`, String(each.rows), String(each.history)]);
  const contained = trainingSets.filter(({ finding }) => finding === "contains");
  const unread = trainingSets.filter(({ finding }) => finding !== "contains");
  const left = contained.filter(({ deleted }) => !deleted);
  const whose = tenant === null ? "" : ` of tenant ${tenant}`;
  return [
    dryRun ? `Would erase ${entity} ${id}${whose}:` : `Erased ${entity} ${id}${whose}, revision ${erasure.revision}.`,
    looked.length === 0 ? "No rows of any view." : table(["view", "rows", "rows of earlier generations"], rows),
    ...views.flatMap(({ view, version, skipped }) =>
      skipped === null ? [] : [`${view}@${version} is not changed: ${skippedTexts[skipped]}.`],
    ),
    `Sampled answers: ${answers}. Reports of runs that named the key: ${runs}.`,
    ...contained.map(({ id: set, state, deleted }) =>
      deleted
        ? `Training set ${set} contains it: ${state === "finished" ? "deleted" : "it will be cancelled"}.`
        : `Training set ${set} contains it and is ${state}.`,
    ),
    ...unread.map(
      ({ id: set, finding, host }) => `Training set ${set} could not be searched: ${unreadText(finding, host)}.`,
    ),
    ...(left.length === 0 || dryRun ? [] : ["--delete-training-sets deletes those that contain it."]),
    ...(datasets.length === 0
      ? []
      : [`Later snapshots ${dryRun ? "would leave" : "leave"} it out: ${datasets.join(", ")}.`]),
    ...snapshotFindings(snapshots).lines,
    `The history ${dryRun ? "would note" : "notes"} the key as HMAC ${erasure.keyDigest}.`,
    ...(engines.length === 0
      ? []
      : [
          `The files and tables of ${engines.map((engine) => `"${engine}"`).join(", ")} are their owner's: remove the key there, too.`,
        ]),
    "Your own tables are never written: if the sources still contain the key, the next full run restores it.",
  ].join("\n");
}

function unreadText(finding: Erasure["trainingSets"][number]["finding"], host: string): string {
  switch (finding) {
    case "elsewhere":
      return `it was made on "${host}"; run the command there`;
    case "loading":
      return "its spine is being read; run the command again";
    default:
      return "its stored spine is damaged";
  }
}
