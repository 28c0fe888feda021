import type { TableDescription } from "./plan-population";

/** The columns of the sample's `tracks` for a first definition; `featstore sample load` creates the table. */
export const exampleTable: TableDescription = {
  schema: "public",
  table: "tracks",
  columns: [
    { name: "id", type: "integer", isEnum: false, nullable: false },
    { name: "title", type: "character varying(500)", isEnum: false, nullable: true },
    { name: "artist", type: "character varying(200)", isEnum: false, nullable: true },
    { name: "created_at", type: "timestamp without time zone", isEnum: false, nullable: true },
  ],
  uniqueKeys: [["id"]],
  primaryKey: ["id"],
  foreignKeys: [],
};
