import type { Actor, LimitChanges } from "../core/index";
import { type Database, ownQuery } from "../database/index";

/** An organisation as the operator sees it. */
export interface OperatedOrganisation {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly tenant: string | null;
  readonly limits: LimitChanges;
  readonly members: number;
  readonly keys: number;
  readonly created_at: string;
}

const DEADLINE_MS = 30_000;
// The audit log has no mail addresses: a person's id, or a pseudonym of someone who has not signed in yet.
const SUBJECT = `coalesce((select id from featstore_auth."user" u where u.email = changed.email), 'mail_' || left(md5(changed.email), 16))`;

/** Settings of the operator: tiers, limits, tenants, and other operators. */
export function createOperatorStore(database: Pick<Database, "query">) {
  const rows = <Row extends object>(text: string, ...parameters: string[]): Promise<Row[]> =>
    ownQuery<Row>(database, { text, parameters }, { deadlineMs: DEADLINE_MS });
  /** Returns false if there is no such organisation. */
  const set = async (actor: Actor, organisationId: string, field: "tier" | "tenant" | "limits", value: unknown) => {
    const [row] = await rows<{ outcome: string }>(
      "select featstore.set_organisation($1::jsonb, $2::text, $3::text, $4::jsonb) as outcome",
      JSON.stringify(actor),
      organisationId,
      field,
      JSON.stringify({ [field]: value }),
    );
    return row?.outcome === "changed";
  };
  return {
    setTier: (actor: Actor, organisationId: string, tier: string) => set(actor, organisationId, "tier", tier),
    /** Null: none. */
    setTenant: (actor: Actor, organisationId: string, tenant: string | null) =>
      set(actor, organisationId, "tenant", tenant),
    setLimits: (actor: Actor, organisationId: string, limits: LimitChanges) =>
      set(actor, organisationId, "limits", limits),
    async organisations(): Promise<OperatedOrganisation[]> {
      const found = await rows<Omit<OperatedOrganisation, "limits"> & { limits: string }>(
        `select o.id, o.name, o.tier, o.tenant, o.limits::text as limits,
           (select count(*)::int from featstore.members m where m.organisation_id = o.id) as members,
           (select count(*)::int from featstore.api_keys k where k.organisation_id = o.id and k.revoked_at is null) as keys,
           to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
         from featstore.organisations o where o.deleted_at is null order by o.created_at, o.id`,
      );
      return found.map((row) => ({ ...row, limits: JSON.parse(row.limits) as LimitChanges }));
    },
    async operators(): Promise<string[]> {
      const found = await rows<{ email: string }>("select email from featstore.operators order by email");
      return found.map(({ email }) => email);
    },
    /** Returns false if the address is an operator's already. */
    async addOperator(actor: Actor, email: string): Promise<boolean> {
      const found = await rows(
        `with changed as (insert into featstore.operators (email) values ($2::text) on conflict do nothing returning email)
         select featstore.record_change($1::jsonb, null, 'operator.added', ${SUBJECT}, null, null) from changed`,
        JSON.stringify(actor),
        email,
      );
      return found.length > 0;
    },
    /** Returns false if the address is no operator's. */
    async removeOperator(actor: Actor, email: string): Promise<boolean> {
      const found = await rows(
        `with changed as (delete from featstore.operators where email = $2::text returning email)
         select featstore.record_change($1::jsonb, null, 'operator.removed', ${SUBJECT}, null, null) from changed`,
        JSON.stringify(actor),
        email,
      );
      return found.length > 0;
    },
  };
}
