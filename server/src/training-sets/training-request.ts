import { z } from "zod";
import { eachElement, eachMember, FeatstoreError, JsonTextError, parseQuery } from "../core/index";
import { parseLabel } from "./plan/label-request";
import { parseSplit } from "./plan/parse-split";
import { jsonRowsSpine } from "./spine/read-json";
import type { SpineLimits } from "./spine/spine-limits";
import type { TrainingSetRequest } from "./training-set-request";

const Parts = z.record(z.string(), z.number());
const TrainingRequestSchema = z.strictObject({
  service: z.string().optional(),
  features: z.array(z.string()).optional(),
  entity: z.string().optional(),
  format: z.enum(["parquet", "csv", "jsonl"]).default("parquet"),
  as_of_column: z.string().min(1).optional(),
  time_zone: z.string().min(1).optional(),
  columns: z.array(z.string()).optional(),
  label_column: z.string().min(1).optional(),
  labels: z
    .array(z.strictObject({ feature: z.string(), horizon: z.string(), name: z.string().min(1).optional() }))
    .optional(),
  // It is stored as jsonb, which refuses these characters.
  allow_leakage: z
    .string()
    .trim()
    .min(1)
    .refine((reason) => !/\0|\p{Surrogate}/u.test(reason), "it contains a character that cannot be stored as text")
    .optional(),
  reuse: z.boolean().optional(),
  split: z
    .discriminatedUnion("by", [
      z.strictObject({ by: z.literal("time"), cuts: z.array(z.string()), parts: z.array(z.string()).optional() }),
      z.strictObject({ by: z.literal("hash"), parts: Parts }),
      z.strictObject({ by: z.literal("group"), column: z.string(), parts: Parts }),
    ])
    .optional(),
});

/** A parsed HTTP request, without the spine if that is the body itself. */
export type ParsedTrainingRequest = Omit<TrainingSetRequest, "spine" | "tenant" | "signal">;

/**
 * Parses a request with its rows, or the id of a finished training set to rerun.
 * Errors: `invalid_json`, `invalid_body`.
 */
export function parseTrainingRequest(
  text: string,
  limits: SpineLimits,
): { readonly rerun: string } | (ParsedTrainingRequest & Pick<TrainingSetRequest, "spine">) {
  let rows: string[] | undefined;
  const members: [string, unknown][] = [];
  try {
    JSON.parse(text);
    // Keeps the rows as text, since a parsed number may have lost digits.
    eachMember(text, (name, value) => {
      if (name !== "rows") members.push([name, JSON.parse(value.text)]);
      else if (value.text.startsWith("[")) {
        const found: string[] = [];
        eachElement(value.text, (row) => void found.push(row));
        rows = found;
      }
    });
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new FeatstoreError("invalid_json", "The body is not JSON.", { cause: error });
    if (error instanceof JsonTextError) throw invalid([{ path: "body", detail: "expected a JSON object" }]);
    throw error;
  }
  const input = new Map(members);
  const rerun = input.get("rerun");
  if (input.has("rerun")) {
    if (typeof rerun !== "string" || members.length > 1 || rows !== undefined)
      throw invalid([{ path: "rerun", detail: "expected an id and no other members" }]);
    return { rerun };
  }
  const request = TrainingRequestSchema.safeParse(Object.fromEntries(input));
  if (!request.success) {
    throw invalid(
      request.error.issues
        .slice(0, 20)
        .map(({ path, message }) => ({ path: path.join(".") || "body", detail: message })),
    );
  }
  if (rows === undefined)
    throw invalid([
      { path: "rows", detail: 'expected an array such as [{"speech_id": 7, "as_of": "2026-01-31T12:00:00Z"}]' },
    ]);
  return { ...requestOf(request.data), spine: jsonRowsSpine(rows, (index) => `rows[${index}]`, false, limits) };
}

/** Query parameters of a request whose body is the spine. */
export const trainingParameters = [
  "service",
  "features",
  "entity",
  "format",
  "as_of_column",
  "time_zone",
  "columns",
  "label_column",
  "labels",
  "allow_leakage",
  "reuse",
  "split",
] as const;

/** Parses the query of a request whose body is the spine. Errors: `unknown_parameter`, `invalid_parameter`, `split_invalid`. */
export function parseTrainingQuery(query: string): ParsedTrainingRequest {
  const input = parseQuery(query, trainingParameters);
  const { features, columns, labels, reuse, split, ...rest } = input;
  const request = TrainingRequestSchema.safeParse({
    ...rest,
    ...(features === undefined ? {} : { features: features.split(",") }),
    ...(columns === undefined ? {} : { columns: columns.split(",") }),
    ...(labels === undefined ? {} : { labels: labels.split(",").map(parseLabel) }),
    ...(reuse === undefined ? {} : { reuse: reuse === "true" ? true : reuse === "false" ? false : reuse }),
    ...(split === undefined ? {} : { split: parseSplit(split) }),
  });
  if (request.success) return requestOf(request.data);
  const errors = request.error.issues.map(({ path, message }) => ({
    path: `query.${path.join(".")}`,
    detail: message,
  }));
  throw new FeatstoreError("invalid_parameter", `${errors[0]?.path}: ${errors[0]?.detail}.`, { errors });
}

function requestOf({
  as_of_column: asOfColumn,
  time_zone: timeZone,
  label_column: labelColumn,
  allow_leakage: allowLeakage,
  ...request
}: z.infer<typeof TrainingRequestSchema>): ParsedTrainingRequest {
  return { ...request, asOfColumn, timeZone, labelColumn, allowLeakage };
}

function invalid(errors: readonly { readonly path: string; readonly detail: string }[]): FeatstoreError {
  return new FeatstoreError("invalid_body", `${errors[0]?.path}: ${errors[0]?.detail}.`, { errors });
}
