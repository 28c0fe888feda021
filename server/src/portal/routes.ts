import type { Handler, Route } from "../http/index";
import * as account from "./account/account.route";
import * as keys from "./keys/keys.route";
import type { MountedPages } from "./portal";
import { portalFile } from "./public/public.route";
import type { PublicPages } from "./public/public-pages";
import * as shell from "./shell/shell.route";
import * as signIn from "./sign-in/sign-in.route";
import { showUsage } from "./usage/usage.route";

export type { PortalPages } from "./portal";
export type { PublicPages } from "./public/public-pages";

type Answer = (portal: MountedPages) => Handler;

/** The files of all pages, of every installation. */
export const publicRoutes: readonly Route<{ readonly pages: PublicPages }>[] = [
  {
    contract: { method: "get", path: "/portal/files/{file}", hide: true, responses: {} },
    scope: null,
    handler: ({ pages }) => portalFile(pages),
  },
];

/** A page. It parses its own query: an unknown parameter, which mails and other sites add, is no error for a person. */
const page = (path: string, handler: Answer): Route<MountedPages> => route("get", path, handler);
const form = (path: string, handler: Answer): Route<MountedPages> => route("post", path, handler);

function route(method: "get" | "post", path: string, handler: Answer): Route<MountedPages> {
  return { contract: { method, path, hide: true, responses: {} }, scope: null, handler };
}

const pages: readonly Route<MountedPages>[] = [
  page("/portal", shell.firstPage),
  form("/portal/theme", shell.chooseTheme),
  page("/portal/sign-in", signIn.showSignIn),
  form("/portal/sign-in", signIn.requestLink),
  page("/portal/sign-in/code", signIn.showCode),
  form("/portal/sign-in/code", signIn.enterCode),
  page("/portal/sign-in/link", signIn.showLink),
  form("/portal/sign-in/link", signIn.confirmLink),
  page("/portal/sign-in/provider", signIn.beginProvider),
  page("/auth/callback/oidc", signIn.finishProvider),
  page("/invitations/{id}", shell.showInvitation),
  form("/portal/sign-out", signIn.signOut),
  page("/portal/keys", keys.showKeys),
  form("/portal/keys", keys.createKey),
  form("/portal/keys/{id}/rotate", keys.rotateKey),
  form("/portal/keys/{id}/disable", keys.disableKey),
  form("/portal/keys/{id}/enable", keys.enableKey),
  form("/portal/keys/{id}/revoke", keys.revokeKey),
  page("/portal/usage", showUsage),
  page("/portal/account", account.showAccount),
  page("/portal/account/export", account.exportPerson),
  form("/portal/account/switch", account.switchOrganisation),
  form("/portal/account/rename", account.rename),
  form("/portal/account/sessions", account.endOtherSessions),
  form("/portal/account/delete", account.deleteAccount),
  form("/portal/account/delete-organisation", account.deleteOrganisation),
  form("/portal/account/invitations", account.invite),
  form("/portal/account/invitations/{id}/withdraw", account.withdrawInvitation),
  form("/portal/account/invitations/{id}/accept", account.acceptInvitation),
  form("/portal/account/members/{id}/role", account.setRole),
  form("/portal/account/members/{id}/remove", account.removeMember),
];

const pathsOf = (method: string) =>
  pages.filter(({ contract }) => contract.method === method).map(({ contract }) => contract.path);

/** The pages for people, and the forms that they send. None of them is part of the API. */
export const portalRoutes: readonly Route<MountedPages>[] = [
  ...pages,
  ...pathsOf("post")
    .filter((path) => !pathsOf("get").includes(path))
    .map((path) => page(path, shell.toPageOf(path))),
  // Last: what no other route answers.
  page("/portal/*", shell.pageNotFound),
];
