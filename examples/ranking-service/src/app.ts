import {
  ApiError,
  BadRequestError,
  type Client,
  FeatstoreError,
  NotFoundError,
  RateLimitError,
} from "@featstore/client";
import { Hono } from "hono";
import { rankSimilar } from "./rank-similar";

const MAX_LIMIT = 50;

/** Creates the service's routes: `GET /similar/{id}?limit=10`. */
export function createApp(client: Client, today: () => string): Hono {
  const app = new Hono();
  app.get("/similar/:id", async (context) => {
    const limit = Number(context.req.query("limit") ?? 10);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      return context.json({ error: `limit must be a whole number from 1 to ${MAX_LIMIT}` }, 400);
    return context.json({ speeches: await rankSimilar(client, context.req.param("id"), { limit, today: today() }) });
  });
  app.onError((error, context) => {
    if (error instanceof NotFoundError)
      return context.json({ error: "There is no such speech, or it has no vector" }, 404);
    if (error instanceof BadRequestError)
      return context.json({ error: error.detail ?? "The speech's id is malformed" }, 400);
    if (!(error instanceof FeatstoreError)) throw error;
    // The client has already tried again: the caller should wait.
    console.error(`${error.name}: ${error.message}`, error instanceof ApiError ? { requestId: error.requestId } : {});
    const wait = error instanceof RateLimitError ? (error.retryAfter ?? 1) : 1;
    return context.json({ error: "The feature store is not available" }, 503, {
      "retry-after": String(Math.ceil(wait)),
    });
  });
  return app;
}
