import { type Actor, FeatstoreError, personActor } from "../../core/index";
import type { Identity } from "../../identity/index";
import { type Organisations, ROLES } from "../../organisations/index";
import type { AccountPort, Caller, Role } from "../portal-services";

/** Manages the account and the organisation as the person who is signed in. */
export function accountPort(organisations: Organisations, identity: Identity): AccountPort {
  return {
    members: async ({ person }) =>
      (await organisations.members(person.organisation)).map(({ id, email, role, created_at }) => ({
        ...{ userId: id, email: email ?? "", role },
        joinedAt: new Date(created_at),
      })),
    invitations: async ({ person }) =>
      (await organisations.invitations(person)).map(({ id, email, role, expires_at }) => ({
        ...{ id, email, role },
        expiresAt: new Date(expires_at),
      })),
    async invite(caller, { email, role }) {
      await organisations.invite(actorOf(caller), caller.person, { email, role: roleOf(role) });
    },
    withdraw: (caller, id) => organisations.withdraw(actorOf(caller), caller.person, id),
    async accept(caller, id) {
      await organisations.accept(actorOf(caller), id);
      return [];
    },
    setRole: (caller, userId, role) => organisations.changeMember(actorOf(caller), caller.person, userId, roleOf(role)),
    remove: (caller, userId) => organisations.removeMember(actorOf(caller), caller.person, userId),
    rename: (caller, name) => organisations.rename(actorOf(caller), caller.person, name),
    async switchTo(caller, id) {
      await organisations.switchTo(actorOf(caller), id);
      return [];
    },
    exportPerson: ({ person }) => organisations.everythingOf(person.userId),
    endOtherSessions({ client: { cookie = "", address, userAgent } }) {
      return identity.endOtherSessions(cookie, { address, userAgent });
    },
    async deleteAccount(caller) {
      await organisations.deleteAccount(actorOf(caller));
      const { cookie = "", address, userAgent } = caller.client;
      return identity.signOut(cookie, { address, userAgent });
    },
    async deleteOrganisation(caller) {
      await organisations.deleteOrganisation(actorOf(caller), caller.person);
      return [];
    },
  };
}

function actorOf({ person, client }: Caller): Actor {
  return personActor(person.userId, client.address);
}

/** Errors: `invalid_form`. */
function roleOf(text: string): Role {
  const role = ROLES.find((each) => each === text);
  if (role !== undefined) return role;
  throw new FeatstoreError("invalid_form", "The role is none of owner, admin and member.", {
    errors: [{ path: "role", detail: "choose one of the roles" }],
  });
}
