import { AuditParameters, createAuditLog } from "../audit-log/index";
import { checkedOptions } from "./kit/checked-options";
import { defineFeatstoreCommand } from "./kit/command";
import { withDatabase } from "./kit/session";

export const auditLog = defineFeatstoreCommand({
  name: "audit-log",
  summary: "Prints who changed what, oldest first, as JSON lines",
  args: {
    organisation: { type: "string", description: "Only this organisation, org_…", valueHint: "id" },
    since: { type: "string", description: "Only entries from this instant or day in UTC on", valueHint: "time" },
    until: { type: "string", description: "Only entries before this instant or day in UTC", valueHint: "time" },
    action: { type: "string", description: "Only this action, key.created", valueHint: "action" },
  },
  examples: [
    { line: "featstore audit-log --since 2026-01-01 > audit.jsonl", does: "one JSON document per line" },
    { line: "featstore audit-log --action quota.reached", does: "organisations that reached a part of a quota" },
  ],
  run: (args, io) => {
    const { action, since, until } = args;
    const filter = checkedOptions(AuditParameters, { action, since, until });
    return withDatabase(args, io, "require", async ({ database }) => {
      const entries = createAuditLog(database).stream(
        { ...filter, organisation: args.organisation },
        { signal: io.signal },
      );
      for await (const entry of entries) io.stdout(`${JSON.stringify(entry)}\n`);
      return {};
    });
  },
});
