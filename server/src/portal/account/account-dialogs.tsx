import { Dialog } from "../parts/dialog";
import { Field, SelectField } from "../parts/field";
import { Notice } from "../parts/notice";
import { shortText } from "../parts/short-text";
import type { Member, Visitor } from "../portal-services";
import { emptyForm, type Form } from "../request/form";
import { type FormFaults, noFaults } from "../request/form-faults";

export type AccountDialog = "invite" | "rename" | "delete-organisation" | "delete-account";

/** A form that was refused, to be shown again. `dialog`: null if the form is not in a dialog. */
export interface RefusedAccountForm {
  readonly dialog: AccountDialog | null;
  readonly form: Form;
  readonly faults: FormFaults;
}

interface AccountDialogsProps {
  readonly visitor: Visitor;
  /** Those of one page. */
  readonly members: readonly Member[];
  /** True if the person is the only member of the organisation. */
  readonly isAlone: boolean;
  readonly refused: RefusedAccountForm | null;
}

const roleChoices = [
  { value: "member", text: "Member: uses the keys" },
  { value: "admin", text: "Admin: also invites and removes" },
] as const;

export function AccountDialogs({ visitor, members, isAlone, refused }: AccountDialogsProps) {
  const { may, organisation, person } = visitor;
  const of = (dialog: AccountDialog) => {
    const own = refused?.dialog === dialog ? refused : null;
    return { open: own !== null, form: own?.form ?? emptyForm, faults: own?.faults ?? noFaults };
  };
  const invite = of("invite");
  const rename = of("rename");
  const deletion = of("delete-organisation");
  const account = of("delete-account");
  return (
    <>
      {may.changeMembers ? (
        <>
          <Dialog
            id="invite"
            title={`Invite to ${shortText(organisation.name)}`}
            lead="The person gets a mail, and joins with its link by signing in with this address."
            action="/portal/account/invitations"
            submit="Invite"
            open={invite.open}
          >
            <General faults={invite.faults} />
            <Field
              name="email"
              label="E-mail"
              type="email"
              value={invite.form.get("email")}
              faults={invite.faults}
              autocomplete="off"
              maxlength={254}
              required
              autofocus={invite.faults.general === null}
            />
            <SelectField
              name="role"
              label="Role"
              options={
                person.role === "owner"
                  ? [...roleChoices, { value: "owner", text: "Owner: may do everything" }]
                  : roleChoices
              }
              value={invite.form.get("role") || "member"}
            />
          </Dialog>
          <Dialog
            id="rename"
            title="Rename the organisation"
            lead="Pages and mails show the name. Keys do not change."
            action="/portal/account/rename"
            submit="Rename"
            open={rename.open}
          >
            <General faults={rename.faults} />
            <Field
              name="organisation_name"
              label="Name"
              value={rename.open ? rename.form.get("organisation_name") : organisation.name}
              faults={rename.faults}
              autocomplete="off"
              maxlength={200}
              required
              autofocus={rename.faults.general === null}
            />
          </Dialog>
          {members.map(({ userId, email }) => (
            <Dialog
              id={`remove-${userId}`}
              title={
                userId === person.userId ? `Leave ${shortText(organisation.name)}?` : `Remove ${shortText(email)}?`
              }
              lead={
                userId === person.userId
                  ? "You lose its pages at once. Keys that you made go on reading data."
                  : "This person loses these pages at once. Keys that they made go on reading data until you revoke them."
              }
              action={`/portal/account/members/${encodeURIComponent(userId)}/remove`}
              submit={userId === person.userId ? "Leave" : "Remove"}
              destructive
            />
          ))}
        </>
      ) : null}
      {may.deleteOrganisation ? (
        <DeleteDialog
          id="delete-organisation"
          title={`Delete ${shortText(organisation.name)}?`}
          lead="Its keys stop within a second, and its members lose it. This cannot be undone."
          action="/portal/account/delete-organisation"
          submit="Delete organisation"
          label="Type its name to confirm"
          name={organisation.name}
          prefix="organisation"
          shown={deletion}
        />
      ) : null}
      <DeleteDialog
        id="delete-account"
        title="Delete your account?"
        lead={`You are signed out at once, and your address is gone within a day. ${afterDeletion(visitor, isAlone)} This cannot be undone.`}
        action="/portal/account/delete"
        submit="Delete account"
        label="Type your mail address to confirm"
        name={person.email}
        prefix="account"
        shown={account}
      />
    </>
  );
}

interface DeleteDialogProps {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly action: string;
  readonly submit: string;
  readonly label: string;
  /** The text that confirms. */
  readonly name: string;
  /** Of the ids of its fields. */
  readonly prefix: string;
  readonly shown: { readonly open: boolean; readonly form: Form; readonly faults: FormFaults };
}

/** A dialog whose form is confirmed by typing the name of what is deleted. */
function DeleteDialog({ label, name, prefix, shown, ...dialog }: DeleteDialogProps) {
  return (
    <Dialog {...dialog} cancel="Keep it" destructive open={shown.open}>
      <General faults={shown.faults} />
      <Field
        name="confirmation"
        label={label}
        value={shown.form.get("confirmation")}
        faults={shown.faults}
        hint={name}
        autocomplete="off"
        required
        prefix={prefix}
      />
    </Dialog>
  );
}

/** The end of the organisations of a person: those without another member are deleted. */
function afterDeletion({ organisation, organisations }: Visitor, isAlone: boolean): string {
  const name = shortText(organisation.name);
  const own = isAlone
    ? `${name} has no other member: it is deleted, and its keys stop within a second.`
    : `Keys that you made go on reading data for ${name}.`;
  return organisations.length > 1 ? `${own} The same holds for each of your other organisations.` : own;
}

function General({ faults }: { readonly faults: FormFaults }) {
  return faults.general === null ? null : (
    <Notice kind="bad" result>
      {faults.general}
    </Notice>
  );
}
