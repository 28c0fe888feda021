import { FeatstoreError } from "../../core/index";
import type { Reply } from "../../http/index";
import { pageChoice } from "../parts/pages";
import type { Cookies } from "../portal-services";
import type { Form } from "../request/form";
import { formFaults } from "../request/form-faults";
import { type MemberVisit, memberForm, memberPage } from "../request/portal-handler";
import { pageReply, seeOther } from "../request/replies";
import { segment } from "../request/segment";
import type { AccountDialog, RefusedAccountForm } from "./account-dialogs";
import { AccountPage } from "./account-page";
import { MEMBERS_PER_PAGE } from "./member-table";

const PATH = "/portal/account";

/** The result of the form before, by the query `done`. */
const doneTexts: Readonly<Record<string, string>> = {
  invited: "The invitation is on its way. The mail's link lets the person join.",
  withdrawn: "The invitation is withdrawn: its link no longer works.",
  renamed: "The organisation has its new name.",
  role: "The role is changed.",
  removed: "The person is no longer a member.",
  sessions: "You are signed out everywhere else.",
  left: "You left the organisation.",
};
const done = (name: string): Reply => seeOther(`${PATH}?done=${name}`);

async function accountPage(
  { services, caller, frame, request, query }: MemberVisit,
  refused: RefusedAccountForm | null,
) {
  const [members, invitations] = await Promise.all([
    services.account.members(caller),
    caller.may.changeMembers ? services.account.invitations(caller) : [],
  ]);
  const choice = pageChoice(query.get("page"), members.length, MEMBERS_PER_PAGE);
  const path = request.method === "POST" ? PATH : frame.path;
  const done = request.method === "POST" ? null : (doneTexts[query.get("done") ?? ""] ?? null);
  return AccountPage({ frame: { ...frame, path }, visitor: caller, members, choice, invitations, refused, done });
}

export const showAccount = memberPage(async (visit) => pageReply(await accountPage(visit, null)));

interface Action {
  /** The dialog of the form; null: it has none. */
  readonly dialog: AccountDialog | null;
  readonly fields: readonly string[];
  /** Returns the page that follows. */
  readonly act: (visit: MemberVisit, form: Form) => Promise<Reply>;
}

/** A form of the page. A refusal shows the page again with its dialog open. */
function action({ dialog, fields, act }: Action) {
  return memberForm(async (visit, form) => {
    try {
      return await act(visit, form);
    } catch (error) {
      const faults = formFaults(error, fields);
      if (faults === undefined || !(error instanceof FeatstoreError)) throw error;
      const page = await accountPage(visit, { dialog, form, faults });
      return pageReply(page, { status: error.status, code: error.code, headers: error.headers });
    }
  });
}

export const invite = action({
  dialog: "invite",
  fields: ["email", "role"],
  act: async ({ services, caller }, form) => {
    await services.account.invite(caller, { email: form.get("email"), role: form.get("role") });
    return done("invited");
  },
});

export const rename = action({
  dialog: "rename",
  fields: ["organisation_name"],
  act: async ({ services, caller }, form) => {
    await services.account.rename(caller, form.get("organisation_name"));
    return done("renamed");
  },
});

export const withdrawInvitation = action({
  dialog: null,
  fields: [],
  act: async (visit) => {
    await visit.services.account.withdraw(visit.caller, segment(visit.request, 4));
    return done("withdrawn");
  },
});

export const acceptInvitation = action({
  dialog: null,
  fields: [],
  act: async (visit) =>
    seeOther("/portal/keys?done=joined", await visit.services.account.accept(visit.caller, segment(visit.request, 4))),
});

export const setRole = action({
  dialog: null,
  fields: [],
  act: async (visit, form) => {
    await visit.services.account.setRole(visit.caller, segment(visit.request, 4), form.get("role"));
    return done("role");
  },
});

export const removeMember = action({
  dialog: null,
  fields: [],
  act: async (visit) => {
    const userId = segment(visit.request, 4);
    await visit.services.account.remove(visit.caller, userId);
    return done(userId === visit.caller.person.userId ? "left" : "removed");
  },
});

export const switchOrganisation = action({
  dialog: null,
  fields: [],
  act: async ({ services, caller }, form) =>
    seeOther("/portal", await services.account.switchTo(caller, form.get("organisation"))),
});

export const endOtherSessions = action({
  dialog: null,
  fields: [],
  act: async ({ services, caller }) => {
    await services.account.endOtherSessions(caller);
    return done("sessions");
  },
});

export const deleteAccount = action({
  dialog: "delete-account",
  fields: ["confirmation"],
  act: async ({ services, caller }, form) => {
    requireConfirmation(form, caller.person.email);
    return gone(await services.account.deleteAccount(caller));
  },
});

export const deleteOrganisation = action({
  dialog: "delete-organisation",
  fields: ["confirmation"],
  act: async ({ services, caller }, form) => {
    requireConfirmation(form, caller.organisation.name);
    return seeOther("/portal", await services.account.deleteOrganisation(caller));
  },
});

/** Everything stored about the person, as a file. */
export const exportPerson = memberPage(async ({ services, caller }) => ({
  status: 200,
  contentType: "application/json",
  body: await services.account.exportPerson(caller),
  headers: { "cache-control": "no-store", "content-disposition": 'attachment; filename="featstore-account.json"' },
}));

function gone(cookies: Cookies): Reply {
  return seeOther("/portal/sign-in?deleted", cookies);
}

/** Errors: `invalid_form`. */
function requireConfirmation(form: Form, expected: string): void {
  if (form.get("confirmation").toLowerCase() === expected.trim().toLowerCase()) return;
  throw new FeatstoreError("invalid_form", "The confirmation does not match.", {
    errors: [{ path: "confirmation", detail: `type exactly: ${expected}` }],
  });
}
