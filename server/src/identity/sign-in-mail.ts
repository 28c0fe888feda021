import type { Mail } from "../mail/index";
import { LINK_MINUTES } from "./sign-in-mails";

/** The page that a mailed link opens. Its button posts: a mail scanner that opens the link does not use it up. */
const LINK_PATH = "/portal/sign-in/link";

/** The mail with which a person signs in. `code`: null if only the link works. */
export function signInMail(
  to: string,
  baseUrl: string,
  { token, code, next }: { readonly token: string; readonly code: string | null; readonly next: string },
): Mail {
  const link = new URL(LINK_PATH, baseUrl);
  link.searchParams.set("token", token);
  // Only for the page, which then offers no button; whether the token works, the server decides.
  link.searchParams.set("until", String(Math.floor(Date.now() / 1000) + LINK_MINUTES * 60));
  if (next !== "/") link.searchParams.set("next", next);
  return {
    to,
    subject: "Sign in to Featstore",
    text: [
      "Open this link and press the button to sign in:",
      "",
      link.href,
      "",
      ...(code === null
        ? ["It has no code, because too many wrong ones were entered for this address today."]
        : [`Or enter this code on the page that you came from: ${code}`]),
      "",
      `This mail works once, within ${LINK_MINUTES} minutes. If you did not ask for it, ignore it.`,
      "",
    ].join("\n"),
  };
}
