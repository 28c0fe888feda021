import { Cell } from "../parts/cell";
import { commanding } from "../parts/dialog";
import { Moment } from "../parts/moment";
import { ScrollRegion } from "../parts/scroll-region";
import { shortText } from "../parts/short-text";
import { TableHead } from "../parts/table-head";
import { aheadText } from "../parts/times";
import type { Invitation } from "../portal-services";
import { Icon } from "../shell/icons";
import { roleTitle } from "./role-title";

interface InvitationTableProps {
  readonly invitations: readonly Invitation[];
  readonly now: Date;
}

const MAX_INVITATIONS = 40;

export function InvitationTable({ invitations, now }: InvitationTableProps) {
  return (
    <section class="section" aria-labelledby="invitations">
      <header>
        <h2 id="invitations">Invitations</h2>
        <span class="muted small">
          {invitations.length > MAX_INVITATIONS ? `The first ${MAX_INVITATIONS} of ${invitations.length}` : null}
        </span>
      </header>
      {invitations.length === 0 ? (
        <div class="empty slim">
          <h3>No open invitations</h3>
          <p>
            An invited person opens the link of the mail, signs in with the invited address, and then shares these keys
            and limits.
          </p>
          <div class="row">
            <button class="button" {...commanding("invite", "show-modal")}>
              <Icon name="plus" />
              Invite
            </button>
          </div>
        </div>
      ) : (
        <ScrollRegion label="Table of invitations" card>
          <table class="table people">
            <TableHead columns={["Address", "Role", "Expires"]} actions />
            <tbody>
              {invitations.slice(0, MAX_INVITATIONS).map(({ id, email, role, expiresAt }) => (
                <tr>
                  <th scope="row">
                    <bdi class="clip">{email}</bdi>
                  </th>
                  <Cell of="Role">{roleTitle(role)}</Cell>
                  <Cell of="Expires">
                    <Moment at={expiresAt} text={aheadText(expiresAt, now)} />
                  </Cell>
                  <td class="actions">
                    <form method="post" action={`/portal/account/invitations/${encodeURIComponent(id)}/withdraw`}>
                      <button class="button bare slim" type="submit">
                        Withdraw<span class="hide">{` the invitation of ${shortText(email)}`}</span>
                      </button>
                    </form>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </section>
  );
}
