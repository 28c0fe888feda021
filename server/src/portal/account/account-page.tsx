import { commanding } from "../parts/dialog";
import { Notice } from "../parts/notice";
import type { PageChoice } from "../parts/pages";
import type { Invitation, Member, Visitor } from "../portal-services";
import type { Frame } from "../shell/document";
import { Icon } from "../shell/icons";
import { Shell } from "../shell/shell";
import { AccountDialogs, type RefusedAccountForm } from "./account-dialogs";
import { InvitationTable } from "./invitation-table";
import { MEMBERS_PER_PAGE, MemberTable } from "./member-table";
import { roleTitle } from "./role-title";

export interface AccountPageProps {
  readonly frame: Frame;
  readonly visitor: Visitor;
  readonly members: readonly Member[];
  readonly choice: PageChoice;
  readonly invitations: readonly Invitation[];
  /** Set if a form was refused. */
  readonly refused: RefusedAccountForm | null;
  /** The result of the form before; null: there was none. */
  readonly done: string | null;
}

export function AccountPage({ frame, visitor, members, choice, invitations, refused, done }: AccountPageProps) {
  const first = (choice.pageNumber - 1) * MEMBERS_PER_PAGE;
  const shown = members.slice(first, first + MEMBERS_PER_PAGE);
  const { organisation, person, may } = visitor;
  const general = refused !== null && refused.dialog === null ? refused.faults.general : null;
  return (
    <Shell frame={frame} visitor={visitor} section="account" title="Account">
      <div class="head">
        <div>
          <h1>Account</h1>
          <p>The people who share the keys and limits of {organisation.name}, and what is stored about you.</p>
        </div>
        {may.changeMembers ? (
          <button class="button primary" {...commanding("invite", "show-modal")}>
            <Icon name="plus" />
            Invite
          </button>
        ) : null}
      </div>
      {general === null ? null : (
        <Notice kind="bad" result>
          {general}
        </Notice>
      )}
      {done === null ? null : (
        <Notice kind="ok" result>
          {done}
        </Notice>
      )}
      <MemberTable members={shown} choice={choice} visitor={visitor} now={frame.now} />
      {may.changeMembers ? <InvitationTable invitations={invitations} now={frame.now} /> : null}
      <section class="section" aria-labelledby="organisation">
        <header>
          <h2 id="organisation">Organisation</h2>
        </header>
        <div class="card settings">
          <div>
            <div>
              <h3 class="wrap">{organisation.name}</h3>
              <p>
                Tier {organisation.tier}, id <code>{organisation.id}</code>. Your operator changes the tier.
              </p>
            </div>
            {may.changeMembers ? (
              <button class="button" {...commanding("rename", "show-modal")}>
                Rename…
              </button>
            ) : null}
          </div>
          {may.deleteOrganisation ? (
            <div>
              <div>
                <h3>Delete the organisation</h3>
                <p>Its keys stop within a second. Members keep their accounts.</p>
              </div>
              <button class="button danger" {...commanding("delete-organisation", "show-modal")}>
                Delete organisation…
              </button>
            </div>
          ) : null}
        </div>
      </section>
      <section class="section" aria-labelledby="you">
        <header>
          <h2 id="you">You</h2>
        </header>
        <div class="card settings">
          <div>
            <div>
              <h3 class="wrap">{person.email}</h3>
              <p>
                {`${roleTitle(person.role)} of ${organisation.name}${person.operator ? ", operator of this server" : ""}.`}
              </p>
            </div>
            <a class="button" href="/portal/account/export">
              <Icon name="download" />
              Export my data
            </a>
          </div>
          <div>
            <div>
              <h3>Other sessions</h3>
              <p>Signs you out in all other browsers, such as on a device that you lost.</p>
            </div>
            <form method="post" action="/portal/account/sessions">
              <button class="button" type="submit">
                Sign out everywhere else
              </button>
            </form>
          </div>
          <div>
            <div>
              <h3>Delete your account</h3>
              <p>Your address and sessions are deleted within a day. The audit log keeps a pseudonym.</p>
            </div>
            <button class="button danger" {...commanding("delete-account", "show-modal")}>
              Delete account…
            </button>
          </div>
        </div>
      </section>
      <AccountDialogs visitor={visitor} members={shown} isAlone={members.length === 1} refused={refused} />
    </Shell>
  );
}
