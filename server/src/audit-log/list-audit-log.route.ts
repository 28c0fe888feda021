import { createRoute, z } from "@hono/zod-openapi";
import {
  type ApiRequest,
  choice,
  codes,
  type Handler,
  holderOf,
  instant,
  json,
  jsonText,
  keyedOrSession,
  orMediaType,
  problems,
  requestOf,
  wholeNumber,
} from "../http/index";
import { requireRole } from "../organisations/index";
import type { AuditFilter, AuditLog } from "./audit-log-store";

const AuditEntry = z
  .object({
    id: z.string().describe("Newer entries have higher ids"),
    at: z.string(),
    actor: z.object({
      kind: z.enum(["person", "key", "command", "server"]),
      id: z.string().describe("The id of a user or a key, or the name of a command"),
      address: z.string().nullable().describe("The client's address; null: none, or forgotten"),
    }),
    organisation: z.string().nullable(),
    action: z.string().describe("`key.created`, `quota.reached`, `training_set.downloaded`, …"),
    subject: z.string().describe("The id of what was changed"),
    before: z.unknown(),
    after: z.unknown(),
  })
  .openapi("AuditEntry");

const AuditPage = z
  .object({
    entries: z.array(AuditEntry),
    next: z.string().nullable().describe("`before` for the next page; null on the last page"),
  })
  .openapi("AuditPage");

/** Which entries a list has, for requests and commands. Days are in UTC. */
export const AuditParameters = z
  .object({
    action: z
      .string()
      .regex(/^[a-z_]{1,60}\.[a-z_]{1,60}$/, "expected an action such as key.created")
      .describe("Only this action")
      .openapi({ param: { example: "training_set.created" } })
      .optional(),
    since: instant("UTC").describe("Only entries from this instant or day in UTC on").optional(),
    until: instant("UTC").describe("Only entries before this instant or day in UTC").optional(),
  })
  .strict();

export const listAuditLogContract = createRoute({
  method: "get",
  path: "/api/audit-log",
  operationId: "listAuditLog",
  tags: ["usage"],
  summary: "List who changed what in the organisation",
  description:
    "Newest first. With `format=jsonl` one entry per line; the id of the last one is `before` for the next page. " +
    "A key without an organisation sees what it did itself. Owners and admins may read it, and their keys with scope `account:read`.",
  security: keyedOrSession,
  request: {
    query: AuditParameters.extend({
      limit: wholeNumber("How many entries; 100 by default", 1, 1000).optional(),
      before: z
        .string()
        .regex(/^[1-9][0-9]{0,17}$/, "expected the id of an entry")
        .optional()
        .describe("The id of an entry: only older ones"),
      format: choice("`json` by default", ["json", "jsonl"]).optional(),
    }),
  },
  responses: {
    200: orMediaType(
      json(AuditPage, "The entries", {
        entries: [
          {
            id: "812",
            at: "2026-11-22T20:50:25.677000Z",
            actor: { kind: "key", id: "k3v7w2q5m4x6p2ab", address: "192.0.2.7" },
            organisation: "org_k3v7w2q5m4x6p2ab",
            action: "training_set.downloaded",
            subject: "q5m4x6p2abk3v7w2",
            before: null,
            after: null,
          },
        ],
        next: null,
      }),
      "application/x-ndjson",
    ),
    ...problems(...codes.keyed, ...codes.session, "role_required", "invalid_parameter"),
  },
});

const HEADERS = { "cache-control": "private, no-store" };

const read = requestOf(listAuditLogContract);

export function listAuditLog(log: AuditLog): Handler {
  return async (request) => {
    const { limit = 100, before = null, format, ...filter } = read(request).query;
    const found = await log.page({ ...filter, ...visibleTo(request) }, { limit: limit + 1, before });
    const entries = found.slice(0, limit);
    if (format === "jsonl") {
      const body = entries.map((entry) => `${jsonText(AuditEntry, entry)}\n`).join("");
      return { status: 200, contentType: "application/x-ndjson", body, headers: HEADERS };
    }
    const next = found.length > limit ? (entries.at(-1)?.id ?? null) : null;
    return {
      status: 200,
      contentType: "application/json",
      body: jsonText(AuditPage, { entries, next }),
      headers: HEADERS,
    };
  };
}

/** The part of the log that the sender may see. Errors: `role_required`. */
function visibleTo(request: ApiRequest): Pick<AuditFilter, "organisation" | "keyId"> {
  const { person } = request;
  if (person !== null) {
    requireRole(person, "audit.read");
    return { organisation: person.organisation };
  }
  const { organisation, keyId, makerRole } = holderOf(request);
  // A key may do no more than the person who made it.
  if (makerRole !== null) requireRole({ role: makerRole, operator: false }, "audit.read");
  return organisation === null ? { keyId } : { organisation };
}
