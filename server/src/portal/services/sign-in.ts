import { type AuthConfig, FeatstoreError } from "../../core/index";
import type { SessionReader } from "../../http/index";
import type { Identity } from "../../identity/index";
import { may, type Organisations } from "../../organisations/index";
import type { Client, SignInPort } from "../portal-services";

export interface SignInModules {
  readonly identity: Identity;
  /** Reads the person of a cookie, within the limits of people's requests. */
  readonly sessions: SessionReader;
  readonly organisations: Organisations;
}

/** Signs people in with the service of identity. */
export function signInPort(auth: AuthConfig, { identity, sessions, organisations }: SignInModules): SignInPort {
  const { oidc } = identity;
  return {
    signup: auth.signup,
    provider: auth.oidc === null ? null : { name: new URL(auth.oidc.issuer).hostname },
    linkMinutes: identity.linkMinutes,
    maxWrongCodes: identity.maxWrongCodes,
    logsMails: auth.mail === null,
    async visitor({ cookie, address }) {
      const person = cookie === undefined ? undefined : await sessions.person(cookie, address);
      if (person === undefined) return null;
      const account = await organisations.account(person);
      const { id, name, tier } = account.organisation;
      return {
        person,
        organisation: { id, name, tier },
        organisations: account.organisations.map((each) => ({ id: each.id, name: each.name })),
        invitations: account.invitations,
        may: {
          changeKeys: may(person, "keys.create"),
          changeMembers: may(person, "members.change"),
          deleteOrganisation: may(person, "organisation.delete"),
        },
      };
    },
    requestLink: ({ email, next, client }) => identity.requestLink({ email, next }, visitorOf(client)),
    verifyCode: async ({ client, ...code }) => identity.verifyCode(code, visitorOf(client)),
    confirmLink: async ({ client, ...link }) => identity.confirmLink(link, visitorOf(client)),
    async beginProvider(next) {
      return configured(oidc).start(next);
    },
    async finishProvider(query, client) {
      return configured(oidc).finish(query, client.cookie ?? "", visitorOf(client));
    },
    signOut: (client) => identity.signOut(client.cookie ?? "", visitorOf(client)),
  };
}

function visitorOf({ address, userAgent }: Client) {
  return { address, userAgent };
}

function configured(oidc: Identity["oidc"]): NonNullable<Identity["oidc"]> {
  if (oidc !== null) return oidc;
  throw new FeatstoreError("path_not_found", "This server has no company login. Sign in with your mail address.");
}
