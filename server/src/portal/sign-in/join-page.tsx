import { DECLINED } from "../../organisations/index";
import { shortText } from "../parts/short-text";
import type { ReceivedInvitation } from "../portal-services";
import { CardPage } from "../shell/card-page";
import type { Frame } from "../shell/document";

/** The form that a choice completes. */
export interface JoinForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface JoinPageProps {
  readonly frame: Frame;
  readonly invitations: readonly ReceivedInvitation[];
  readonly form: JoinForm;
  /** `none`: a button goes on without joining; a path: a link does; null: nothing does. */
  readonly other?: string | null;
}

/** Names the organisations of invitations. Only a button joins one, because anyone can ask for a mail that leads here. */
export function JoinPage({ frame, invitations, form: { action, fields }, other = null }: JoinPageProps) {
  return (
    <CardPage
      frame={frame}
      title="Accept an invitation"
      lead="Members of the organisation then see your mail address, and you work in it from then on. If you do not know it, do not join."
    >
      <form method="post" action={action}>
        {Object.entries(fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {invitations.map(({ id, organisation, role }) => (
          <button class="button primary clip" type="submit" name="join" value={id}>
            {`Join ${shortText(organisation)} as ${role}`}
          </button>
        ))}
        {other === null ? null : other === DECLINED ? (
          <button class="button bare" type="submit" name="join" value={DECLINED}>
            Continue with an organisation of my own
          </button>
        ) : (
          <a class="button bare" href={other}>
            Not now
          </a>
        )}
      </form>
    </CardPage>
  );
}
