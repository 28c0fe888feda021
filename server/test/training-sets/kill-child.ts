import type { Database } from "../../src/database/database";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import type { SpineReader } from "../../src/training-sets/spine/spine-row";
import { createTrainingSetFiles } from "../../src/training-sets/training-set-files";
import { type KillOrder, killedLabels, killedSpine } from "./kill-order";
import { features, openTrainingSets } from "./support";

const order = JSON.parse(process.argv[2] ?? "") as KillOrder;

/** Reports that the point is reached, and then waits to be killed. */
function waitToBeKilled(): Promise<never> {
  process.send?.("at");
  return new Promise(() => {});
}

const opened =
  "url" in order.database
    ? createPostgresDatabase({ url: order.database.url, poolSize: 3, prepare: false })
    : await openPgliteDatabase({ folder: order.database.folder });

const database: Database = {
  ...opened,
  async *stream(statement, options) {
    for await (const rows of opened.stream(statement, options)) {
      yield rows as never[]; // as the caller typed them
      // The labels' rows come first, without the other columns of the spine.
      const point = statement.text.includes('"_passthrough" as "p"') ? "stream" : "labels";
      if (order.at === point) await waitToBeKilled();
    }
  },
};

function stoppingSpine(): SpineReader {
  const spine = killedSpine();
  if (order.at !== "load") return spine;
  return {
    ...spine,
    async *rows() {
      let rows = 0;
      for await (const row of spine.rows()) {
        rows += 1;
        if (rows === 2000) await waitToBeKilled();
        yield row;
      }
    },
  };
}

const files = createTrainingSetFiles(order.files);
const { sets } = await openTrainingSets(database, {
  folder: order.files,
  resumesDeadJobs: order.resumesDeadJobs === true,
  files: {
    ...files,
    async publish(work, manifest) {
      if (order.at === "publish") await waitToBeKilled();
      await files.publish(work, manifest);
      if (order.at === "published") await waitToBeKilled();
    },
  },
});
if (order.resumesDeadJobs === true) {
  await sets.sweep();
} else {
  await (await sets.start({ spine: stoppingSpine(), features, labels: killedLabels, format: "parquet", tenant: null }))
    .done;
}
