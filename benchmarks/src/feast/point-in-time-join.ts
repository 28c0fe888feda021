import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { featstoreCommand, root } from "../featstore-cli";
import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { allowedByFeast, expectedFact } from "./expected-facts";
import type { FeastContext } from "./feast-context";
import { feastFigure } from "./feast-figure";
import { type Fact, makeFacts, makeSpine, type SpineRow, spineCases, timeText } from "./history";
import { createHistory, HISTORY } from "./history-table";
import { type Measured, runProgram } from "./run-program";

const script = join(import.meta.dirname, "../../feast/join.py");
const ROWS = 6_000;

/** The number of the fact by row of the spine; null where there is none. A row that is not returned is absent. */
type Joined = ReadonlyMap<number, string | null>;

/**
 * Joins the same facts to the same spine with both products and compares every row with the fact that counts by the
 * definition of a point-in-time join: the last one that had happened and was known.
 */
export async function measureJoin(context: FeastContext): Promise<readonly Figure[]> {
  const { database, options, folder, repository, report } = context;
  const facts = makeFacts();
  await createHistory(database, folder, facts);
  await repository.run("apply");
  const spine = makeSpine(facts, options.quick ? 500 : ROWS);
  const spineFile = join(folder, "spine.csv");
  const lines = spine.map(({ entity, asOf }, row) => `${row},${entity},${timeText(asOf)}`);
  writeFileSync(spineFile, `spine_row,entity_id,as_of\n${lines.join("\n")}\n`);
  const expected = spine.map((row) => {
    const fact = expectedFact(facts, row);
    return fact === null ? null : textOf(fact);
  });
  const allowed = spine.map((row) => allowedByFeast(facts, row).map(textOf));

  const runs: Readonly<Record<Side, Measured[]>> = { ours: [], feast: [] };
  const joined: Record<Side, Joined> = { ours: new Map(), feast: new Map() };
  const run = async (side: Side, round: number) => {
    const out = join(folder, `${side}-${round}.csv`);
    const features = `${HISTORY}.fact,${HISTORY}.amount`;
    const command =
      side === "feast"
        ? [repository.python, script, spineFile, out]
        : featstoreCommand("training-set", "--features", features, "--spine", spineFile, "--out", out);
    const [cwd, environment] =
      side === "feast" ? [repository.folder, repository.environment] : [root, database.environment];
    runs[side].push(await runProgram(repository.python, command, cwd, environment));
    joined[side] = readJoined(out);
  };
  for (let round = 0; round < options.rounds; round++) {
    report(`feast: point-in-time join of ${spine.length} rows, round ${round + 1} of ${options.rounds}`);
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) await run(side, round);
  }
  const figure = (name: string, unit: Figure["unit"], ours: readonly number[], feast: readonly number[]) =>
    feastFigure(context, { group: "feast-join", name, unit, ours: measurement(ours), feast: measurement(feast) });
  const equal = (side: Side, only?: SpineRow["case"]) => [
    spine.filter((row, index) => {
      const isOfCase = only === undefined || row.case === only;
      return isOfCase && joined[side].has(index) && joined[side].get(index) === expected[index];
    }).length,
  ];
  const equalByFeast = (side: Side) => [
    allowed.filter((texts, index) => {
      const text = joined[side].get(index);
      return text === null ? texts.length === 0 : text !== undefined && texts.includes(text);
    }).length,
  ];
  const total = (only: SpineRow["case"]) => spine.filter((row) => row.case === only).length;
  const numbers = (side: Side, of: keyof Measured) => runs[side].map((measured) => measured[of]);
  return [
    figure("time of the command", "ms", numbers("ours", "milliseconds"), numbers("feast", "milliseconds")),
    figure("memory of the command", "MiB", numbers("ours", "mebibytes"), numbers("feast", "mebibytes")),
    figure(`rows returned of ${spine.length}`, "rows", [joined.ours.size], [joined.feast.size]),
    figure(`correct rows of ${spine.length}`, "rows", equal("ours"), equal("feast")),
    figure(
      `rows that Feast's definition allows, of ${spine.length}`,
      "rows",
      equalByFeast("ours"),
      equalByFeast("feast"),
    ),
    ...spineCases.map((name) =>
      figure(`correct of ${total(name)}: ${name}`, "rows", equal("ours", name), equal("feast", name)),
    ),
  ];
}

function textOf({ fact, amount }: Fact): string {
  return `${fact},${amount}`;
}

const sides = ["ours", "feast"] as const;
type Side = (typeof sides)[number];

/** Reads the rows of a result by their columns' names, which may be prefixed with the view's. */
function readJoined(file: string): Joined {
  const [head = "", ...lines] = readFileSync(file, "utf8").trimEnd().split(/\r?\n/);
  const names = head.split(",").map((name) => name.replaceAll('"', "").split(".").at(-1));
  const [row, fact, amount] = ["spine_row", "fact", "amount"].map((name) => names.indexOf(name));
  const rows = new Map<number, string | null>();
  for (const line of lines) {
    const cells = line.split(",").map((cell) => cell.replaceAll('"', ""));
    const value = cells[fact ?? -1] ?? "";
    rows.set(Number(cells[row ?? -1]), value === "" ? null : `${value},${cells[amount ?? -1]}`);
  }
  return rows;
}
