import { type Actor, type AuthConfig, emailAddress, invalidBody } from "../core/index";
import { refuseStoreFault } from "../database/index";
import type { Person } from "../http/index";
import type { Mail, Mailer } from "../mail/index";
import type {
  AccountReader,
  Invitation,
  Member,
  Membership,
  OrganisationDocument,
  ReceivedInvitation,
} from "./account-reader";
import { InvitationChoice } from "./invitation-choice";
import { invitationMail } from "./invitation-mail";
import { nameFault } from "./name-fault";
import { INVITATION_ID, newId, ORGANISATION_ID } from "./new-id";
import { type KeyDue, keyDueMail, type QuotaReached, quotaMail } from "./notice-mails";
import type { OrganisationStore } from "./organisation-store";
import { invitationNotFound, memberNotFound, organisationNotFound, outcomeError } from "./outcome-error";
import { type Role, requireRole } from "./permissions";

/** The answer of `GET /api/account`. */
export interface Account {
  /** Null for an API key. */
  readonly person: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly operator: boolean;
  } | null;
  readonly organisation: OrganisationDocument;
  /** The person's role in it. */
  readonly role: Role | null;
  readonly organisations: readonly Membership[];
  /** Invitations to other organisations. */
  readonly invitations: readonly ReceivedInvitation[];
}

export type Organisations = ReturnType<typeof createOrganisationService>;

export interface OrganisationOptions {
  readonly store: OrganisationStore;
  readonly reader: AccountReader;
  readonly mailer: Mailer;
  readonly baseUrl: AuthConfig["baseUrl"];
}

const USER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Actions of people on their organisations. `actor` is always the person, with the client's address. */
export function createOrganisationService({ store, reader, mailer, baseUrl }: OrganisationOptions) {
  /** Returns an outcome of success; throws the error of any other. */
  const succeeded = async (outcome: Promise<string>): Promise<string> => {
    const text = await outcome.catch(refuseStoreFault);
    const error = outcomeError(text);
    if (error !== undefined) throw error;
    return text;
  };
  const done = async (outcome: Promise<string>): Promise<void> => void (await succeeded(outcome));
  const read = <T>(rows: Promise<T>): Promise<T> => rows.catch(refuseStoreFault);
  const checkName = (path: string, name: string): void => {
    const fault = nameFault(name);
    if (fault !== undefined) throw invalidBody([{ path, detail: fault }]);
  };
  const organisation = async (id: string): Promise<OrganisationDocument> => {
    const found = await read(reader.organisation(id));
    if (found === undefined) throw organisationNotFound();
    return found;
  };

  const notify = async (id: string, userId: string | null, mailOf: (name: string) => Omit<Mail, "to">) => {
    const [found, members] = await Promise.all([read(reader.organisation(id)), read(reader.members(id))]);
    if (found === undefined) return;
    const person = members.filter((member) => member.id === userId);
    const recipients = person.length > 0 ? person : members.filter(({ role }) => role === "owner");
    for (const { email } of recipients) if (email !== null) mailer.send({ to: email, ...mailOf(found.name) });
  };

  return {
    /** Mails the owners that a part of a month's quota is used. */
    notifyQuota: (reached: QuotaReached): Promise<void> =>
      notify(reached.organisation, null, (name) => quotaMail(reached, { baseUrl, organisation: name })),
    /** Mails the person who made a key, or the owners if that person has left. False for a key without an organisation. */
    async notifyKeyDue(key: KeyDue): Promise<boolean> {
      if (key.organisation === null) return false;
      await notify(key.organisation, key.createdBy, (name) => keyDueMail(key, { baseUrl, organisation: name }));
      return true;
    },
    /** Whether a person with this confirmed mail address, who has no account, may have one. */
    mayJoin: (email: string): Promise<boolean> => read(store.mayJoin(email)),
    /** Whether someone with this mail address may sign in. */
    mayEnter: (email: string): Promise<boolean> => read(store.mayEnter(email)),
    /** Returns the choice of someone who has no organisation and is invited; undefined for everybody else. */
    async invitationChoice(email: string): Promise<InvitationChoice | undefined> {
      if (await read(store.isMember(email))) return undefined;
      const invitations = await read(reader.received(email));
      return invitations.length === 0
        ? undefined
        : new InvitationChoice(invitations, await read(store.mayFound(email)));
    },
    /**
     * Gives a person an organisation, unless they have one; can be repeated. `invitation`: the id of the one that the
     * person chose if they have none. `joined`: they accepted it. Errors: `sign_up_refused`.
     */
    async signUp(
      actor: Actor,
      invitation: string | null,
    ): Promise<{ readonly person: Person; readonly joined: boolean }> {
      const outcome = await succeeded(store.signUp(actor, newId("org"), invitation));
      const person = await read(store.personOf(actor.id));
      if (person === undefined) throw outcomeError("refused");
      return { person, joined: outcome === "joined" };
    },
    /** Returns a person in their current organisation; undefined if they have none. */
    personOf: (userId: string): Promise<Person | undefined> => read(store.personOf(userId)),
    async recordSession(
      actor: Actor,
      organisationId: string | null,
      action: "session.started" | "session.ended",
    ): Promise<void> {
      await read(store.record(actor, organisationId, action));
    },

    async account(person: Person): Promise<Account> {
      const [own, name, organisations, invitations] = await Promise.all([
        organisation(person.organisation),
        read(reader.personName(person.userId)),
        read(reader.memberships(person.userId)),
        read(reader.received(person.email)),
      ]);
      return {
        person: { id: person.userId, email: person.email, name, operator: person.operator },
        organisation: own,
        role: person.role,
        organisations,
        invitations,
      };
    },
    /** The account of a key's organisation, without its people. Errors: `organisation_not_found`. */
    async accountOfKey(organisationId: string): Promise<Account> {
      const own = await organisation(organisationId);
      return { person: null, organisation: own, role: null, organisations: [], invitations: [] };
    },
    /** Returns everything that is stored about a person, as a JSON text. */
    everythingOf: (userId: string): Promise<string> => read(reader.everythingOf(userId)),
    async renamePerson(actor: Actor, name: string): Promise<void> {
      checkName("name", name);
      await read(store.renamePerson(actor.id, name));
    },
    /** Errors: `organisation_not_found`. */
    async switchTo(actor: Actor, organisationId: string): Promise<void> {
      if (!ORGANISATION_ID.test(organisationId)) throw organisationNotFound();
      await done(store.switchTo(actor.id, organisationId));
    },
    async rename(actor: Actor, person: Person, name: string): Promise<void> {
      checkName("organisation_name", name);
      requireRole(person, "organisation.rename");
      await done(store.rename(actor, person.organisation, name));
    },
    /** Errors: `last_owner`. */
    deleteAccount: (actor: Actor): Promise<void> => done(store.deleteAccount(actor)),
    async deleteOrganisation(actor: Actor, person: Person): Promise<void> {
      requireRole(person, "organisation.delete");
      await done(store.deleteOrganisation(actor, person.organisation));
    },

    members: (organisationId: string): Promise<Member[]> => read(reader.members(organisationId)),
    /** Errors: `role_required`, `member_not_found`, `last_owner`. */
    async changeMember(actor: Actor, person: Person, userId: string, role: Role): Promise<void> {
      requireRole(person, "members.change");
      if (!USER_ID.test(userId)) throw memberNotFound();
      await done(store.changeMember(actor, person.organisation, userId, role));
    },
    /** Anyone can remove themselves. Errors: as for `changeMember`. */
    async removeMember(actor: Actor, person: Person, userId: string): Promise<void> {
      if (userId !== person.userId) requireRole(person, "members.change");
      if (!USER_ID.test(userId)) throw memberNotFound();
      await done(store.changeMember(actor, person.organisation, userId, null));
    },

    async invitations(person: Person): Promise<Invitation[]> {
      requireRole(person, "members.change");
      return read(reader.invitations(person.organisation));
    },
    /** Errors: `invalid_body`, `role_required`, `already_member`, `too_many_invitations`, `too_many_mails`. */
    async invite(
      actor: Actor,
      person: Person,
      invited: { readonly email: string; readonly role: Role },
    ): Promise<Invitation> {
      const email = emailAddress(invited.email);
      if (email === undefined) throw invalidBody([{ path: "email", detail: "expected a mail address" }]);
      requireRole(person, "members.change");
      await mailer.take("invitation", email, actor.address ?? "");
      const id = newId("inv");
      await done(store.invite(actor, person.organisation, { id, email, role: invited.role }));
      const { name } = await organisation(person.organisation);
      mailer.send(invitationMail(email, baseUrl, { id, organisation: name }));
      const found = (await read(reader.invitations(person.organisation))).find((invitation) => invitation.id === id);
      if (found === undefined) throw invitationNotFound();
      return found;
    },
    async withdraw(actor: Actor, person: Person, id: string): Promise<void> {
      requireRole(person, "members.change");
      if (!INVITATION_ID.test(id)) throw invitationNotFound();
      await done(store.withdraw(actor, person.organisation, id));
    },
    /** Joins the organisation of an invitation, and works in it from then on. Errors: `invitation_not_found`. */
    async accept(actor: Actor, id: string): Promise<void> {
      if (!INVITATION_ID.test(id)) throw invitationNotFound();
      await done(store.accept(actor, id));
    },
  };
}
