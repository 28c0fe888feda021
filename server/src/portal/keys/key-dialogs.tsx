import { Dialog } from "../parts/dialog";
import { SelectField } from "../parts/field";
import { wholeNumber } from "../parts/numbers";
import { shortText } from "../parts/short-text";
import { agoText } from "../parts/times";
import type { PortalKey } from "../portal-services";
import { graceChoices } from "./key-request";

interface KeyDialogsProps {
  readonly portalKey: PortalKey;
  readonly days: readonly number[];
  readonly now: Date;
}

/** The questions before a key is replaced or ended. */
export function KeyDialogs({ portalKey: { id, name, lastUsedAt }, days, now }: KeyDialogsProps) {
  const shown = `“${shortText(name)}”`;
  const sum = days.reduce((total, count) => total + count, 0);
  const use =
    lastUsedAt === null
      ? "It was never used."
      : `It was last used ${agoText(lastUsedAt, now).toLowerCase()}, ${wholeNumber(sum)} times in ${days.length} days.`;
  return (
    <>
      <Dialog
        id={`rotate-${id}`}
        title={`Rotate ${shown}?`}
        lead="You get a new key with the same scopes and limits. Both share one quota."
        action={`/portal/keys/${id}/rotate`}
        submit="Rotate key"
      >
        <SelectField name="grace" label="The old key ends" options={graceChoices} value="86400" prefix={id} />
      </Dialog>
      <Dialog
        id={`revoke-${id}`}
        title={`Revoke ${shown}?`}
        lead={`Requests with this key get 401 within a second. ${use} This cannot be undone.`}
        action={`/portal/keys/${id}/revoke`}
        submit="Revoke"
        cancel="Keep it"
        destructive
      />
    </>
  );
}
