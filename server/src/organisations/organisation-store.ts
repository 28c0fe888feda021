import type { Actor, AuthConfig } from "../core/index";
import { type Database, ownQuery } from "../database/index";
import type { Person } from "../http/index";
import type { Role } from "./permissions";

/** The rules of `auth.signup`, and the tier of new organisations. */
export type SignUpRules = Pick<AuthConfig, "signup" | "domains"> & { readonly tier: string };

const DEADLINE_MS = 5000;

/** Calls the functions of migration 0030 that people's changes need. Each returns its outcome as a word. */
export function createOrganisationStore(database: Pick<Database, "query">, rules: SignUpRules) {
  // They wait for a lock and then look, for which the isolation has to be `read committed`.
  const outcome = async (call: string, ...parameters: (string | null)[]): Promise<string> => {
    const text = `select featstore.${call} as outcome`;
    const [row] = await ownQuery<{ outcome: string }>(database, { text, parameters }, { deadlineMs: DEADLINE_MS });
    return row?.outcome ?? "";
  };
  const holds = async (condition: string, ...parameters: string[]): Promise<boolean> => {
    const [row] = await database.query<{ holds: boolean }>(
      { text: `select ${condition} as holds`, parameters },
      { deadlineMs: DEADLINE_MS },
    );
    return row?.holds === true;
  };
  const domains = JSON.stringify(rules.domains);
  const mayFound = `featstore.may_found($1::text, $2::text, array(select json_array_elements_text($3::text::json)))`;
  const isMember = `exists (select from featstore_auth."user" u join featstore.members m on m.user_id = u.id where u.email = $1::text)`;
  const mayJoin = `featstore.may_join($1::text, $2::text, array(select json_array_elements_text($3::text::json)))`;

  return {
    mayJoin: (email: string) => holds(mayJoin, email, rules.signup, domains),
    /** True for members, and for those who may join. */
    mayEnter: (email: string) => holds(`${isMember} or ${mayJoin}`, email, rules.signup, domains),
    isMember: (email: string) => holds(isMember, email),
    /** Whether someone without an organisation may have one of their own. */
    mayFound: (email: string) => holds(mayFound, email, rules.signup, domains),
    signUp: (actor: Actor, organisationId: string, invitationId: string | null) =>
      outcome(
        "sign_up($1::jsonb, $2::text, $3::jsonb, $4::text, $5::text)",
        JSON.stringify(actor),
        actor.id,
        JSON.stringify(rules),
        organisationId,
        invitationId,
      ),
    async personOf(userId: string): Promise<Person | undefined> {
      const [row] = await database.query<{ email: string; organisation: string; role: Role; operator: boolean }>(
        {
          text: `select u.email, m.organisation_id as organisation, m.role,
              exists (select from featstore.operators o where o.email = u.email) as operator
            from featstore_auth."user" u join featstore.people p on p.user_id = u.id
              join featstore.members m on m.organisation_id = p.organisation_id and m.user_id = u.id
            where u.id = $1::text`,
          parameters: [userId],
        },
        { deadlineMs: DEADLINE_MS },
      );
      return row && { userId, ...row };
    },
    record: (actor: Actor, organisationId: string | null, action: string) =>
      outcome(
        "record_change($1::jsonb, $2::text, $3::text, $4::text, null, null)",
        JSON.stringify(actor),
        organisationId,
        action,
        actor.id,
      ),
    switchTo: (userId: string, organisationId: string) =>
      outcome("switch_organisation($1::text, $2::text)", userId, organisationId),
    rename: (actor: Actor, organisationId: string, name: string) =>
      outcome("rename_organisation($1::jsonb, $2::text, $3::text)", JSON.stringify(actor), organisationId, name),
    /** `role` null removes the member. */
    changeMember: (actor: Actor, organisationId: string, userId: string, role: Role | null) =>
      outcome(
        "change_member($1::jsonb, $2::text, $3::text, $4::text)",
        JSON.stringify(actor),
        organisationId,
        userId,
        role,
      ),
    invite: (actor: Actor, organisationId: string, invitation: { id: string; email: string; role: Role }) =>
      outcome(
        "invite($1::jsonb, $2::text, $3::text, $4::text, $5::text)",
        JSON.stringify(actor),
        organisationId,
        invitation.id,
        invitation.email,
        invitation.role,
      ),
    withdraw: (actor: Actor, organisationId: string, id: string) =>
      outcome("withdraw_invitation($1::jsonb, $2::text, $3::text)", JSON.stringify(actor), organisationId, id),
    accept: (actor: Actor, id: string) =>
      outcome("accept_invitation($1::jsonb, $2::text, $3::text)", JSON.stringify(actor), actor.id, id),
    deleteAccount: (actor: Actor) => outcome("delete_account($1::jsonb, $2::text)", JSON.stringify(actor), actor.id),
    deleteOrganisation: (actor: Actor, organisationId: string) =>
      outcome("delete_organisation($1::jsonb, $2::text)", JSON.stringify(actor), organisationId),
    async renamePerson(userId: string, name: string): Promise<void> {
      await database.query(
        {
          text: `update featstore_auth."user" set name = $2::text, "updatedAt" = now() where id = $1::text`,
          parameters: [userId, name],
        },
        { deadlineMs: DEADLINE_MS },
      );
    },
  };
}

export type OrganisationStore = ReturnType<typeof createOrganisationStore>;
