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
  /** As of `CreateKeyDialog`. */
  readonly once: string;
}

/** The questions before a key is replaced or ended. */
export function KeyDialogs({ portalKey: { id, name, lastUsedAt, replaced }, days, now, once }: KeyDialogsProps) {
  const shown = `“${shortText(name)}”`;
  const use = useText(lastUsedAt, days, now);
  return (
    <>
      {replaced ? null : (
        <Dialog
          id={`rotate-${id}`}
          title={`Rotate ${shown}?`}
          lead="You get a new key with the same scopes and limits. Both share one quota."
          action={`/portal/keys/${id}/rotate`}
          submit="Rotate key"
        >
          <input type="hidden" name="once" value={`${once}-${id}`} />
          <SelectField name="grace" label="The old key ends" options={graceChoices} value="86400" prefix={id} />
        </Dialog>
      )}
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

/** The last use of a key in a sentence. The time of a use is stored within a minute; its count may be known earlier. */
export function useText(lastUsedAt: Date | null, days: readonly number[], now: Date): string {
  const sum = days.reduce((total, count) => total + count, 0);
  const times = `${wholeNumber(sum)} ${sum === 1 ? "time" : "times"} in ${days.length} days`;
  if (lastUsedAt !== null) return `It was last used ${agoText(lastUsedAt, now).toLowerCase()}, ${times}.`;
  return sum > 0 ? `It was used within the last minutes, ${times}.` : "It was not used until a minute ago.";
}
