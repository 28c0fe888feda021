import { createRoute, z } from "@hono/zod-openapi";
import { mapMaybe } from "../core/index";
import {
  codes,
  type Handler,
  header,
  holderOf,
  keyed,
  postOnly,
  problems,
  taggedJson,
  text,
  unlessKnown,
} from "../http/index";
import { FeaturesAnswer, FeaturesQuery } from "./feature-schema";
import type { FeatureReader } from "./features";

const BASE = "/api/features/";

export const readFeaturesContract = createRoute({
  method: "get",
  path: "/api/features/{id}",
  operationId: "readFeatures",
  tags: ["features"],
  summary: "Read one entity's features",
  description:
    "Without a selection: every feature except vectors of all promoted views of the entity. " +
    "Features that a service computes are in `features.computed`. " +
    "For an unknown entity the status is `unknown_entity`, not 404. " +
    "The entity tag is strong; a response that depends on the time of the request has none. Needs scope `features:read`.",
  security: keyed,
  request: {
    params: z.object({
      id: text(
        "The entity's key; a composite key is its parts in key order, each percent-encoded, with commas between",
        "1",
      ),
    }),
    headers: z.object({ "If-None-Match": header("Entity tags of answers that the client has") }),
    query: FeaturesQuery,
  },
  responses: {
    200: taggedJson(FeaturesAnswer, "The features, with a status for each view", {
      speech_id: 1,
      features: { speech_sentiment: { sentiment: "positive" }, speech_profile: { speaker: "George Washington" } },
      status: "complete",
      views: { speech_sentiment: "complete", speech_profile: "complete" },
      metadata: {
        speech_sentiment: {
          version: 1,
          generation: 1,
          as_of: "2026-11-22T20:50:25.677000Z",
          age_seconds: 1.98,
          event_time: "2026-10-19T11:36:06.533145Z",
        },
        speech_profile: {
          version: 1,
          generation: 1,
          as_of: "2026-11-22T20:50:25.963000Z",
          age_seconds: 1.694,
          event_time: "2026-04-26T14:54:27.407065Z",
        },
      },
    }),
    304: { description: "The client has this answer already, as its If-None-Match says" },
    ...problems(
      ...codes.keyed,
      "invalid_parameter",
      ...codes.ids,
      ...codes.selection,
      ...codes.services,
      ...codes.inputs,
      "as_of_future",
      "source_unavailable",
      "path_not_found",
    ),
  },
});

export function readFeatures(reader: FeatureReader): Handler {
  return (request) => {
    const id = request.path.slice(BASE.length);
    // Not a route of its own, which would keep Hono from its fastest router; an entity of that id is read in a batch.
    if (id === "batch") throw postOnly();
    request.rows = 1;
    const answer = reader.single(id, request.query, holderOf(request));
    const tags = request.header("if-none-match");
    return tags === undefined ? answer : mapMaybe(answer, (reply) => unlessKnown(tags, reply));
  };
}
