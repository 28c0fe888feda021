import { FeatstoreError, randomId } from "../../core/index";
import type { Reply } from "../../http/index";
import { keyIdOf } from "../../keys/index";
import { pageChoice } from "../parts/pages";
import { instantText } from "../parts/times";
import type { MadeKey, PortalKey } from "../portal-services";
import type { Form } from "../request/form";
import { formFaults } from "../request/form-faults";
import { type MemberVisit, memberForm, memberPage } from "../request/portal-handler";
import { pageReply, seeOther } from "../request/replies";
import { segment } from "../request/segment";
import { doneText } from "./done-text";
import { graceOf, invalidForm, isRepeated, keyFields, onceOf, parseKeyForm } from "./key-request";
import { KEYS_PER_PAGE, KeysPage, type KeysPageProps } from "./keys-page";

type Contents = Pick<KeysPageProps, "recentDays" | "allowed"> & { readonly all: readonly PortalKey[] };

async function readContents({ caller, services }: MemberVisit): Promise<Contents> {
  const [all, recentDays, allowed] = await Promise.all([
    services.keys.list(caller),
    services.usage.recentDays(caller),
    services.keys.allowed(caller),
  ]);
  return { all, recentDays, allowed };
}

/** `made`, `refused`: the result of a form. */
function keysPage(
  { caller, query, frame, request }: MemberVisit,
  { all, ...contents }: Contents,
  { made = null, refused = null }: Partial<Pick<KeysPageProps, "made" | "refused">> = {},
) {
  const show = query.get("show") === "ended" ? "ended" : "used";
  const keys = all.filter(({ state }) => (state === "revoked" || state === "expired") === (show === "ended"));
  return KeysPage({
    ...contents,
    // The path of a form cannot be opened.
    frame: { ...frame, path: request.method === "POST" ? "/portal/keys" : frame.path },
    visitor: caller,
    keys,
    show,
    choice: pageChoice(query.get("page"), keys.length, KEYS_PER_PAGE),
    made,
    refused,
    done: request.method === "POST" ? null : doneText(query, all, caller.organisation.name),
    once: randomId(),
  });
}

/** The forms that make a key can be sent again by loading the page again: that makes no second key. */
const REPEATED = "/portal/keys?done=repeated";

export const showKeys = memberPage(async (visit) => pageReply(keysPage(visit, await readContents(visit))));

export const createKey = memberForm(async (visit, form) => {
  const before = await readContents(visit);
  let made: MadeKey;
  try {
    made = await create(visit, form);
  } catch (error) {
    if (isRepeated(error)) return seeOther(REPEATED);
    const faults = formFaults(error, keyFields);
    if (faults === undefined || !(error instanceof FeatstoreError)) throw error;
    const page = keysPage(visit, before, { refused: { form, faults } });
    return pageReply(page, { status: error.status, code: error.code });
  }
  return shownOnce(visit, { before, made, replaces: null });
});

/** Errors: `invalid_form` with the faults of all fields; those of the service. */
async function create({ services, caller, portal }: MemberVisit, form: Form): Promise<MadeKey> {
  const { request, faults } = parseKeyForm(form, portal.now());
  if (faults.length === 0) return services.keys.create(caller, request);
  throw invalidForm([...faults, ...(await services.keys.faultsOf(caller, request))]);
}

export const rotateKey = memberForm(async (visit, form) => {
  const grace = graceOf(form);
  const before = await readContents(visit);
  let made: MadeKey;
  try {
    const request = { graceSeconds: grace, once: onceOf(form) };
    made = await visit.services.keys.rotate(visit.caller, keyIdOf(segment(visit.request, 3)), request);
  } catch (error) {
    if (isRepeated(error)) return seeOther(REPEATED);
    throw error;
  }
  const ends = new Date(visit.portal.now().getTime() + grace * 1000);
  const replaces = grace === 0 ? "The old key has ended." : `The old key works until ${instantText(ends)}.`;
  return shownOnce(visit, { before, made, replaces });
});

interface Made {
  readonly before: Contents;
  readonly made: MadeKey;
  readonly replaces: string | null;
}

/** The one response that holds the key. It must not fail for anything else, or the key would be lost. */
async function shownOnce(visit: MemberVisit, { before, made, replaces }: Made): Promise<Reply> {
  const [contents, example] = await Promise.all([
    readContents(visit).catch(() => before),
    visit.services.keys.example(visit.caller, made.id).catch(() => null),
  ]);
  const inNetworks = (contents.all.find(({ id }) => id === made.id)?.networks ?? []).length > 0;
  const readsNothing = contents.allowed.resources.length === 0;
  const shown = { ...made, site: visit.portal.site, example, readsNothing, inNetworks, replaces };
  return pageReply(keysPage(visit, contents, { made: shown }));
}

/** A form that changes a key. `done`: of `doneText`. */
function change(done: string, act: (visit: MemberVisit, id: string) => Promise<void>) {
  return memberForm(async (visit) => {
    const id = keyIdOf(segment(visit.request, 3));
    await act(visit, id);
    return seeOther(`/portal/keys?done=${done}&key=${id}`);
  });
}

export const disableKey = change("disabled", ({ services, caller }, id) => services.keys.setDisabled(caller, id, true));

export const enableKey = change("enabled", ({ services, caller }, id) => services.keys.setDisabled(caller, id, false));

export const revokeKey = change("revoked", ({ services, caller }, id) => services.keys.revoke(caller, id));
