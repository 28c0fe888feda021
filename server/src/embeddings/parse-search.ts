import { bodyMembers, invalidBody, parsed } from "../core/index";
import { memberNames } from "../http/index";
import { EmbeddingsSearchRequest } from "./embedding-schema";
import type { Metric } from "./vector-search";

/** A parsed search request. Members whose meaning depends on the registry are JSON texts. */
export interface SearchRequest {
  readonly embedding: string;
  readonly entity: string | undefined;
  /** Either an entity whose vector to search by, or a vector. */
  readonly by:
    | { readonly kind: "id"; readonly id: string; readonly embedding: string | undefined }
    | { readonly kind: "vector"; readonly vector: unknown };
  readonly space: string | undefined;
  readonly k: number;
  readonly metric: Metric | undefined;
  readonly filter: string | undefined;
  /** True if the entity to search by may be a hit. */
  readonly includesSelf: boolean;
  readonly features: readonly string[] | undefined;
  readonly service: string | undefined;
}

const MEMBERS = memberNames(EmbeddingsSearchRequest);
const MAX_HITS = 1000;
const METRICS: readonly Metric[] = ["cosine", "l2", "inner_product"];

/** Parses a search request. Errors: `invalid_json`, `invalid_body`. */
export function parseSearch(body: string): SearchRequest {
  const members = bodyMembers(body, MEMBERS, ["embedding"]);
  return {
    embedding: stringMember(members.embedding, "embedding") ?? "",
    entity: stringMember(members.entity, "entity"),
    by: searchedBy(members),
    space: stringMember(members.space, "space"),
    k: countOf(members.k),
    metric: choiceMember(members.metric, "metric", METRICS),
    filter: members.filter,
    includesSelf: flagMember(members.include_self, "include_self") ?? false,
    features: referencesOf(members.features),
    service: stringMember(members.service, "service"),
  };
}

function searchedBy({ id, id_embedding, vector }: Readonly<Record<string, string | undefined>>): SearchRequest["by"] {
  const embedding = stringMember(id_embedding, "id_embedding");
  if (id !== undefined && vector === undefined) return { kind: "id", id, embedding };
  if (id === undefined && vector !== undefined && embedding === undefined)
    return { kind: "vector", vector: parsed(vector) };
  const path = id === undefined && vector !== undefined ? "id_embedding" : "vector";
  throw invalidBody([
    { path, detail: "send either an id, with id_embedding if it belongs to another embedding, or a vector" },
  ]);
}

function countOf(text: string | undefined): number {
  if (text === undefined) return 10;
  const value = parsed(text);
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_HITS) return value;
  throw invalidBody([{ path: "k", detail: `expected an integer from 1 to ${MAX_HITS}` }]);
}

function referencesOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string")) return value;
  throw invalidBody([{ path: "features", detail: "it must be an array of at least one string" }]);
}

/** Parses a string member, which must not be empty; undefined if it is absent. Errors: `invalid_json`, `invalid_body`. */
function stringMember(text: string | undefined, path: string): string | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (typeof value === "string" && value !== "") return value;
  throw invalidBody([{ path, detail: value === "" ? "it is empty" : "it must be a string" }]);
}

/** Parses a member that is one of several strings. Errors: as for `stringMember`. */
function choiceMember<Choice extends string>(
  text: string | undefined,
  path: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = stringMember(text, path);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw invalidBody([{ path, detail: `expected one of ${choices.join(", ")}` }]);
  return chosen;
}

/** Parses a boolean member. Errors: as for `stringMember`. */
function flagMember(text: string | undefined, path: string): boolean | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (typeof value === "boolean") return value;
  throw invalidBody([{ path, detail: "it must be true or false" }]);
}
