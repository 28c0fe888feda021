import type { Handler, Route } from "../http/index";
import { acceptInvitation, acceptInvitationContract } from "./accept-invitation.route";
import { changeAccount, changeAccountContract } from "./change-account.route";
import { changeMember, changeMemberContract } from "./change-member.route";
import { deleteAccount, deleteAccountContract } from "./delete-account.route";
import { deleteOrganisation, deleteOrganisationContract } from "./delete-organisation.route";
import { exportAccount, exportAccountContract } from "./export-account.route";
import { invite, inviteContract } from "./invite.route";
import { listInvitations, listInvitationsContract } from "./list-invitations.route";
import { listMembers, listMembersContract } from "./list-members.route";
import type { Organisations } from "./organisations";
import { withPeople } from "./person-request";
import { readAccount, readAccountContract } from "./read-account.route";
import { removeMember, removeMemberContract } from "./remove-member.route";
import { withdrawInvitation, withdrawInvitationContract } from "./withdraw-invitation.route";

export interface OrganisationServices {
  /** Null if nobody signs in to this server. */
  readonly organisations: Organisations | null;
}

/** The scope is what a key needs; changes then refuse every key. */
const route = (
  contract: Route<never>["contract"],
  create: (organisations: Organisations) => Handler,
): Route<OrganisationServices> => ({
  contract,
  scope: "account:read",
  sessions: true,
  handler: ({ organisations }) => withPeople(organisations, create),
});

export const organisationRoutes: readonly Route<OrganisationServices>[] = [
  route(readAccountContract, readAccount),
  route(changeAccountContract, changeAccount),
  route(deleteAccountContract, deleteAccount),
  route(deleteOrganisationContract, deleteOrganisation),
  route(exportAccountContract, exportAccount),
  route(listMembersContract, listMembers),
  route(listInvitationsContract, listInvitations),
  route(inviteContract, invite),
  route(withdrawInvitationContract, withdrawInvitation),
  route(acceptInvitationContract, acceptInvitation),
  route(changeMemberContract, changeMember),
  route(removeMemberContract, removeMember),
];
