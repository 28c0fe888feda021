import { Cell } from "../parts/cell";
import { commanding } from "../parts/dialog";
import { Moment } from "../parts/moment";
import { type PageChoice, Pages } from "../parts/pages";
import { RowMenu } from "../parts/row-menu";
import { ScrollRegion } from "../parts/scroll-region";
import { shortText } from "../parts/short-text";
import { TableHead } from "../parts/table-head";
import { agoText } from "../parts/times";
import type { Member, Role, Visitor } from "../portal-services";
import { roleTitle } from "./role-title";

interface MemberTableProps {
  /** Those of one page. */
  readonly members: readonly Member[];
  readonly choice: PageChoice;
  readonly visitor: Visitor;
  readonly now: Date;
}

const roles: readonly Role[] = ["owner", "admin", "member"];

/** Members of one page of the table: more would make the page too large. */
export const MEMBERS_PER_PAGE = 25;

export function MemberTable({ members, choice, visitor, now }: MemberTableProps) {
  return (
    <section class="section" aria-labelledby="members">
      <header>
        <h2 id="members">Members</h2>
      </header>
      <ScrollRegion label="Table of members" card>
        <table class="table people">
          <TableHead columns={["Address", "Role", "Joined"]} actions />
          <tbody>
            {members.map((member) => (
              <tr>
                <th scope="row">
                  <bdi class="clip">{member.email}</bdi>
                  {member.userId === visitor.person.userId ? <span>you</span> : null}
                </th>
                <Cell of="Role">{roleTitle(member.role)}</Cell>
                <Cell of="Joined">
                  <Moment at={member.joinedAt} text={agoText(member.joinedAt, now)} />
                </Cell>
                <td class="actions">
                  {visitor.may.changeMembers ? <MemberMenu member={member} visitor={visitor} /> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <Pages {...choice} hrefOf={(page) => `/portal/account?page=${page}`} />
    </section>
  );
}

function MemberMenu({ member, visitor }: { readonly member: Member; readonly visitor: Visitor }) {
  const isSelf = member.userId === visitor.person.userId;
  const id = encodeURIComponent(member.userId);
  return (
    <RowMenu of={shortText(member.email)}>
      {roles
        .filter((role) => role !== member.role && (role !== "owner" || visitor.person.role === "owner"))
        .map((role) => (
          <li>
            <form method="post" action={`/portal/account/members/${id}/role`}>
              <button type="submit" name="role" value={role}>{`Make ${role}`}</button>
            </form>
          </li>
        ))}
      <li>
        <button class="end" {...commanding(`remove-${member.userId}`, "show-modal")}>
          {isSelf ? "Leave…" : "Remove…"}
        </button>
      </li>
    </RowMenu>
  );
}
