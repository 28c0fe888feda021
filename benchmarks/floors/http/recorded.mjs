import { readFileSync } from "node:fs";

/** Reads recorded answers: a precomputed text for each id, and rows to build batches from. */
export function readRecorded(file) {
  const answers = JSON.parse(readFileSync(file, "utf8"));
  const { headers, batch } = answers;
  const single = new Map(Object.entries(answers.single));
  const rows = new Map(
    Object.entries(batch.rows).map(([id, text]) => {
      const { status, statuses } = batch.statuses[id];
      const texts = { row: text, status: JSON.stringify(status), statuses: statuses && JSON.stringify(statuses) };
      return [id, texts];
    }),
  );
  // A row of an answer without statuses is complete in every view.
  const complete = JSON.stringify(JSON.parse(batch.views ?? "[]").map(() => "complete"));

  return {
    headers,
    batchHeaders: batch.headers,
    single: (id) => single.get(id),
    batch(ids) {
      let rowTexts = "";
      let status = "";
      let statuses = "";
      let allComplete = true;
      for (let position = 0; position < ids.length; position++) {
        const comma = position === 0 ? "" : ",";
        const row = rows.get(String(ids[position]));
        rowTexts += comma + row.row;
        status += comma + row.status;
        if (row.status !== '"complete"') allComplete = false;
        statuses += comma + (row.statuses ?? complete);
      }
      const perView = allComplete ? "" : `,"statuses":[${statuses}]`;
      return `{"ids":${JSON.stringify(ids)},"columns":${batch.columns},"rows":[${rowTexts}],"status":[${status}],"views":${batch.views}${perView}}`;
    },
  };
}
