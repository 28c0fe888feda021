import { CommandProblem, type LimitChanges } from "../core/index";
import { defineFeatstoreCommand } from "./kit/command";
import { wholeNumber } from "./kit/whole-number";
import { requireFound, withOperatorStore } from "./organisations/operator-session";

const NAME = "organisations set-limits";

const limit = (description: string) => ({ type: "string", description, valueHint: "n" }) as const;

export const organisationsSetLimits = defineFeatstoreCommand({
  name: NAME,
  summary: "Sets limits of one organisation instead of its tier's, at once",
  args: {
    organisation: { type: "positional", description: "The organisation's id", required: true },
    "requests-per-second": limit("Requests per second"),
    burst: limit("Requests at once"),
    "requests-per-month": limit("Requests per calendar month (UTC)"),
    "rows-per-month": limit("Rows per calendar month"),
    "bytes-per-month": limit("Bytes of downloads per calendar month"),
    exports: limit("Exports and training sets at once"),
    "batch-ids": limit("Ids of one batch"),
    "search-hits": limit("Hits of one search"),
  },
  examples: [
    {
      line: "featstore organisations set-limits org_k3v5t7n2q6x4a2c5 --requests-per-second 50 --burst 500",
      does: "replaces all limits set before; the tier's apply for the rest",
    },
    { line: "featstore organisations set-limits org_k3v5t7n2q6x4a2c5", does: "the tier's limits again" },
  ],
  run: (args, io) => {
    const { organisation } = args;
    const requested: Record<keyof LimitChanges, number | undefined> = {
      requests_per_second: limitNumber(args["requests-per-second"], "--requests-per-second", 1, 1_000_000),
      burst: limitNumber(args.burst, "--burst", 1, 10_000_000),
      requests_per_month: limitNumber(args["requests-per-month"], "--requests-per-month", 1),
      rows_per_month: limitNumber(args["rows-per-month"], "--rows-per-month", 1),
      bytes_per_month: limitNumber(args["bytes-per-month"], "--bytes-per-month", 1),
      exports: limitNumber(args.exports, "--exports", 0, 1000),
      batch_ids: limitNumber(args["batch-ids"], "--batch-ids", 1, 10_000),
      search_hits: limitNumber(args["search-hits"], "--search-hits", 1, 10_000),
    };
    const limits: LimitChanges = Object.fromEntries(
      Object.entries(requested).filter(([, value]) => value !== undefined),
    );
    return withOperatorStore({ args, io, command: NAME }, "require", async ({ store, actor }) => {
      requireFound(await store.setLimits(actor, organisation, limits), organisation);
      const texts = Object.entries(limits).map(([name, value]) => `${name}=${String(value)}`);
      return {
        json: { organisation, limits },
        text: `${organisation} ${texts.length === 0 ? "has the limits of its tier now" : `has ${texts.join(", ")} now`}.`,
      };
    });
  },
});

/** Parses a limit; undefined if the option is absent. */
function limitNumber(
  text: string | undefined,
  option: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const number = wholeNumber(text, option, min, min);
  if (number <= max) return number;
  const what = `expected at most ${max}, got "${text}"`;
  throw new CommandProblem({ code: "number_invalid", what, where: option, exit: "usage" });
}
