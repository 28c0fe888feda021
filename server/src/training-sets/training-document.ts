import { instantText } from "@featstore/definitions/compiler";
import type { DocumentOf } from "../http/index";
import type { TrainingSetState } from "./stored-training-sets";
import type { TrainingSet } from "./training-set-schema";

/** Serializes a training set for the API and the command line. */
export function trainingSetDocument(state: TrainingSetState): string {
  const instant = (micros: bigint | null) => (micros === null ? null : instantText(micros));
  const document = {
    id: state.id,
    state:
      state.isCancelRequested && state.state !== "finished" && state.finishedAt === null ? "cancelling" : state.state,
    created_at: instantText(state.createdAt),
    started_at: instant(state.startedAt),
    finished_at: instant(state.finishedAt),
    progress: { rows: state.rowsDone, spine_rows: state.spineRows },
    failure: state.failure,
    data: state.isHere ? `/api/training-sets/${state.id}/data` : null,
  } satisfies Omit<DocumentOf<typeof TrainingSet>, "manifest">;
  // Inserts the stored manifest text unchanged, so that it stays the same forever.
  return `${JSON.stringify(document).slice(0, -1)},"manifest":${state.manifest ?? "null"}}`;
}
