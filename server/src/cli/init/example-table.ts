import type { TableDescription } from "./plan-population";

/** The columns of the sample's `speeches` for a first definition; `featstore sample load` creates the table. */
export const exampleTable: TableDescription = {
  schema: "public",
  table: "speeches",
  columns: [
    { name: "id", type: "integer", isEnum: false, nullable: false },
    { name: "title", type: "text", isEnum: false, nullable: false },
    { name: "speaker", type: "text", isEnum: false, nullable: false },
    { name: "party", type: "text", isEnum: false, nullable: true },
    { name: "year", type: "integer", isEnum: false, nullable: false },
    { name: "added_at", type: "timestamp without time zone", isEnum: false, nullable: false },
  ],
  uniqueKeys: [["id"]],
  primaryKey: ["id"],
  foreignKeys: [],
};
