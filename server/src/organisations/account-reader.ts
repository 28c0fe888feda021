import type { Database } from "../database/index";
import type { Role } from "./permissions";

/** Times are ISO texts. */
export interface OrganisationDocument {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly tenant: string | null;
  readonly created_at: string;
}

export interface Membership {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

export interface Member {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly role: Role;
  readonly created_at: string;
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly created_at: string;
  readonly expires_at: string;
}

/** An invitation as its recipient sees it. */
export interface ReceivedInvitation {
  readonly id: string;
  readonly organisation: string;
  readonly role: Role;
  readonly expires_at: string;
}

const DEADLINE_MS = 5000;

/** An ISO text, in UTC, of a column. */
const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Reads organisations, members and invitations. */
export function createAccountReader(database: Pick<Database, "query">) {
  const rows = <Row extends object>(text: string, ...parameters: string[]): Promise<Row[]> =>
    database.query<Row>({ text, parameters }, { deadlineMs: DEADLINE_MS });
  return {
    async organisation(id: string): Promise<OrganisationDocument | undefined> {
      const [found] = await rows<OrganisationDocument>(
        `select id, name, tier, tenant, ${iso("created_at")} as created_at
         from featstore.organisations where id = $1::text and deleted_at is null`,
        id,
      );
      return found;
    },
    async personName(userId: string): Promise<string> {
      const [found] = await rows<{ name: string }>(`select name from featstore_auth."user" where id = $1::text`, userId);
      return found?.name ?? "";
    },
    memberships: (userId: string) =>
      rows<Membership>(
        `select o.id, o.name, m.role from featstore.members m join featstore.organisations o on o.id = m.organisation_id
         where m.user_id = $1::text order by m.created_at, o.id`,
        userId,
      ),
    members: (organisationId: string) =>
      rows<Member>(
        `select u.id, nullif(u.name, '') as name, u.email, m.role, ${iso("m.created_at")} as created_at
         from featstore.members m join featstore_auth."user" u on u.id = m.user_id
         where m.organisation_id = $1::text order by m.created_at, u.id`,
        organisationId,
      ),
    invitations: (organisationId: string) =>
      rows<Invitation>(
        `select id, email, role, ${iso("created_at")} as created_at, ${iso("expires_at")} as expires_at
         from featstore.invitations where organisation_id = $1::text and expires_at > clock_timestamp()
         order by featstore.invitations.created_at, id`,
        organisationId,
      ),
    received: (email: string) =>
      rows<ReceivedInvitation>(
        `select i.id, o.name as organisation, i.role, ${iso("i.expires_at")} as expires_at
         from featstore.invitations i join featstore.organisations o on o.id = i.organisation_id
         where i.email = $1::text and i.expires_at > clock_timestamp() order by i.created_at, i.id`,
        email,
      ),
    /** Returns everything that is stored about a person, as a JSON text, without secrets. */
    async everythingOf(userId: string): Promise<string> {
      const [found] = await rows<{ document: string }>(
        `select json_build_object(
          'person', (select json_build_object('id', id, 'email', email, 'name', name, 'created_at', ${iso('"createdAt"')})
            from featstore_auth."user" where id = $1::text),
          'operator', exists (select from featstore.operators o join featstore_auth."user" u using (email) where u.id = $1::text),
          'memberships', (select coalesce(json_agg(json_build_object('organisation_id', o.id, 'organisation', o.name,
              'role', m.role, 'created_at', ${iso("m.created_at")}) order by m.created_at), '[]')
            from featstore.members m join featstore.organisations o on o.id = m.organisation_id where m.user_id = $1::text),
          'invitations', (select coalesce(json_agg(json_build_object('id', i.id, 'organisation', o.name, 'role', i.role,
              'expires_at', ${iso("i.expires_at")}) order by i.id), '[]')
            from featstore.invitations i join featstore.organisations o on o.id = i.organisation_id
              join featstore_auth."user" u on u.email = i.email where u.id = $1::text),
          'sessions', (select coalesce(json_agg(json_build_object('created_at', ${iso('"createdAt"')},
              'expires_at', ${iso('"expiresAt"')}, 'address', "ipAddress", 'user_agent', "userAgent") order by "createdAt"), '[]')
            from featstore_auth.session where "userId" = $1::text),
          'sign_in_providers', (select coalesce(json_agg(json_build_object('provider', "providerId",
              'account', "accountId") order by "createdAt"), '[]') from featstore_auth.account where "userId" = $1::text),
          'keys', (select coalesce(json_agg(json_build_object('id', id, 'name', name, 'organisation_id', organisation_id,
              'created_at', ${iso("created_at")}) order by created_at), '[]')
            from featstore.api_keys where created_by = $1::text),
          'actions', (select coalesce(json_agg(json_build_object('at', ${iso("at")}, 'action', action, 'subject', subject,
              'organisation_id', organisation_id, 'address', address) order by id), '[]')
            from featstore.audit_log where actor_kind = 'person' and actor_id = $1::text)
        )::text as document`,
        userId,
      );
      return found?.document ?? "{}";
    },
  };
}

export type AccountReader = ReturnType<typeof createAccountReader>;
