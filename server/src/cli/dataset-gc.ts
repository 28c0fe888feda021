import { collectGarbage } from "../datasets/index";
import { plural } from "./check/diagnostics-report";
import { withDatasets } from "./dataset/dataset-session";
import { defineFeatstoreCommand } from "./kit/command";
import { table } from "./kit/table";

const NAME = "dataset gc";

export const datasetGc = defineFeatstoreCommand({
  name: NAME,
  summary: "Lists files that no snapshot uses, which interrupted builds leave, and deletes them",
  args: { collect: { type: "boolean", description: "Delete them" } },
  examples: [
    { line: "featstore dataset gc", does: "lists the folders, and deletes nothing" },
    { line: "featstore dataset gc --collect", does: "deletes them; running builds are left alone" },
  ],
  run: (args, io) =>
    withDatasets({ args, io, command: NAME }, async ({ buildStore, files, workFolder }) => {
      const collect = args.collect === true;
      const found = await collectGarbage({ builds: buildStore, files, workFolder }, { collect });
      const rows = found.map(({ folder, bytes }) => [folder, bytes === null ? "" : String(bytes)]);
      const total = plural(found.length, "folder");
      return {
        json: { collected: collect, folders: found.map(({ folder, bytes }) => ({ folder, bytes })) },
        text:
          rows.length === 0
            ? "There is no garbage."
            : `${table(["folder", "bytes"], rows)}\n${collect ? `Deleted ${total}.` : `${total}: --collect deletes them.`}`,
      };
    }),
});
