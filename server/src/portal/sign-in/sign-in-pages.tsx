import { INVITATION_PATH } from "../../organisations/index";
import { Field } from "../parts/field";
import { Notice } from "../parts/notice";
import type { SignInPort } from "../portal-services";
import { emptyForm, type Form } from "../request/form";
import { type FormFaults, noFaults } from "../request/form-faults";
import { CardPage } from "../shell/card-page";
import type { Frame } from "../shell/document";
import { Icon } from "../shell/icons";

export interface SignInPageProps {
  readonly frame: Frame;
  readonly signIn: Pick<SignInPort, "signup" | "provider" | "linkMinutes" | "logsMails">;
  /** The page to return to. */
  readonly next: string;
  readonly form?: Form;
  readonly faults?: FormFaults;
  /** A sentence about what happened before, such as a sign-out. */
  readonly notice?: string | null;
}

/** The page for an address without an account. */
const signupTexts: Readonly<Record<SignInPort["signup"], string>> = {
  open: "New here? The same link makes your account.",
  domains: "New here? If your company's addresses are admitted, the same link makes your account.",
  invite: "New accounts need an invitation by a member of an organisation.",
  closed: "This server takes no new accounts: only addresses that already have one get a mail.",
};

export function SignInPage({
  frame,
  signIn,
  next,
  form = emptyForm,
  faults = noFaults,
  notice = null,
}: SignInPageProps) {
  const { signup, provider, linkMinutes, logsMails } = signIn;
  const minutes = linkMinutes === 1 ? "one minute" : `${linkMinutes} minutes`;
  return (
    <CardPage
      frame={frame}
      title="Sign in to Featstore"
      lead={`We mail you a link that works once, for ${minutes}. ${logsMails ? `${mailsInLog} ` : ""}${signupTexts[signup]}`}
    >
      <form method="post" action="/portal/sign-in">
        {notice === null ? null : <Notice kind="ok">{notice}</Notice>}
        {INVITATION_PATH.test(next) ? (
          <Notice kind="info">An invitation may wait for you: sign in with the address that got it.</Notice>
        ) : null}
        {faults.general === null ? null : <Notice kind="bad">{faults.general}</Notice>}
        <input type="hidden" name="next" value={next} />
        <Field
          name="email"
          label="E-mail"
          type="email"
          value={form.get("email")}
          faults={faults}
          autocomplete="email"
          maxlength={254}
          required
          autofocus
        />
        <button class="button primary" type="submit">
          Mail me a link
        </button>
        {provider === null ? null : (
          <a class="button" href={`/portal/sign-in/provider?next=${encodeURIComponent(next)}`}>
            {`Continue with ${provider.name}`}
          </a>
        )}
      </form>
    </CardPage>
  );
}

const mailsInLog = "No mail server is set up, so this server writes its mails to its log; the demo prints them.";

export interface CodePageProps {
  readonly frame: Frame;
  readonly email: string;
  readonly signIn: Pick<SignInPort, "linkMinutes" | "logsMails">;
  readonly faults?: FormFaults;
  readonly form?: Form;
}

/** After the mail was sent: the code does the same as the link, on another device too. */
export function CodePage({ frame, email, signIn, faults = noFaults, form = emptyForm }: CodePageProps) {
  const { linkMinutes, logsMails } = signIn;
  return (
    <CardPage
      frame={frame}
      title={logsMails ? "Look into the server's log" : "Look into your mail"}
      lead={
        logsMails ? (
          <>
            {mailsInLog} If <strong class="wrap">{email}</strong> may sign in, look there for the mail, and use its
            link, or enter its code here.
          </>
        ) : (
          <>
            If <strong class="wrap">{email}</strong> may sign in, a mail is on its way. Use its link, or enter its code
            here.
          </>
        )
      }
    >
      <form method="post" action="/portal/sign-in/code">
        {faults.general === null ? null : <Notice kind="bad">{faults.general}</Notice>}
        <Field
          name="code"
          label="Code"
          value={form.get("code")}
          faults={faults}
          hint={`It works once, for ${linkMinutes} minutes.`}
          inputmode="numeric"
          autocomplete="one-time-code"
          maxlength={20}
          required
          autofocus
          mono
        />
        <button class="button primary" type="submit">
          Sign in
        </button>
        <a class="button bare" href="/portal/sign-in">
          No mail? Try again
        </a>
      </form>
    </CardPage>
  );
}

export interface LinkPageProps {
  readonly frame: Frame;
  readonly token: string;
  readonly next: string;
}

/** The page of a mailed link. Only its button uses the link up, because programs that scan mails open every link. */
export function LinkPage({ frame, token, next }: LinkPageProps) {
  return (
    <CardPage frame={frame} title="Sign in to Featstore" lead="This link works once. The button below uses it.">
      <form method="post" action="/portal/sign-in/link">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="next" value={next} />
        <button class="button primary" type="submit" autofocus>
          Sign in
        </button>
      </form>
    </CardPage>
  );
}

interface LinkRefusedPageProps {
  readonly frame: Frame;
  readonly detail: string;
  readonly next: string;
}

export function LinkRefusedPage({ frame, detail, next }: LinkRefusedPageProps) {
  return (
    <CardPage frame={frame} title="This link does not work" lead={detail}>
      <div class="pad-card">
        <a class="button primary" href={`/portal/sign-in?next=${encodeURIComponent(next)}`}>
          <Icon name="mail" />
          Mail me a new link
        </a>
      </div>
    </CardPage>
  );
}
