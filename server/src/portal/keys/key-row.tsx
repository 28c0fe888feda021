import { Cell } from "../parts/cell";
import { commanding } from "../parts/dialog";
import { Moment } from "../parts/moment";
import { wholeNumber } from "../parts/numbers";
import { RowMenu } from "../parts/row-menu";
import { shortText } from "../parts/short-text";
import { agoText } from "../parts/times";
import type { PortalKey } from "../portal-services";
import { KeyStatus } from "./key-status";
import { Sparkline } from "./sparkline";

export interface KeyRowProps {
  readonly portalKey: PortalKey;
  /** Requests of each of the last 12 days. */
  readonly days: readonly number[];
  readonly mayChange: boolean;
  readonly now: Date;
}

export function KeyRow({ portalKey, days, mayChange, now }: KeyRowProps) {
  const { id, name, scopes, state, lastUsedAt, replaced } = portalKey;
  const ended = state === "revoked" || state === "expired";
  const sum = days.reduce((total, count) => total + count, 0);
  return (
    <tr class={state === "active" ? undefined : "ended"}>
      <th scope="row">
        <bdi class="clip">{name}</bdi>
        <span>{`fs_${id.slice(0, 6)}…`}</span>
      </th>
      <Cell of="Scopes">
        <ScopeChips scopes={scopes} />
        <small class="fact">{boundsText(portalKey)}</small>
      </Cell>
      <Cell of="Status">
        <KeyStatus {...portalKey} now={now} />
      </Cell>
      <Cell of="Last used">
        {lastUsedAt !== null ? (
          <Moment at={lastUsedAt} text={agoText(lastUsedAt, now)} />
        ) : sum > 0 ? (
          "Just now"
        ) : (
          "Never"
        )}
      </Cell>
      <Cell of="Recent requests">
        <span class="row nowrap">
          <Sparkline days={days} />
          <span class="num">{wholeNumber(sum)}</span>
        </span>
      </Cell>
      <td class="actions">
        {ended || !mayChange ? null : (
          <RowMenu of={shortText(name)}>
            {replaced ? null : (
              <li>
                <button {...commanding(`rotate-${id}`, "show-modal")}>Rotate…</button>
              </li>
            )}
            <li>
              <form method="post" action={`/portal/keys/${id}/${state === "disabled" ? "enable" : "disable"}`}>
                <button type="submit">{state === "disabled" ? "Enable" : "Disable"}</button>
              </form>
            </li>
            <li>
              <button class="end" {...commanding(`revoke-${id}`, "show-modal")}>
                Revoke…
              </button>
            </li>
          </RowMenu>
        )}
      </td>
    </tr>
  );
}

/** The first scope, and the number of the others. */
function ScopeChips({ scopes }: { readonly scopes: readonly string[] }) {
  const [first = "none", ...others] = scopes;
  return (
    <span class="row nowrap">
      <span class="chip">{shortText(first, 34)}</span>
      {others.length === 0 ? null : (
        <span class="chip" title={shortText(others.join(", "), 200)}>
          {`+${others.length}`}
          <span class="hide">{` more: ${shortText(others.join(", "), 200)}`}</span>
        </span>
      )}
    </span>
  );
}

/** Units of a key's own limits. */
const units: Readonly<Record<string, string>> = {
  requests_per_second: "requests/s",
  burst: "requests at once",
  requests_per_month: "requests/month",
  rows_per_month: "rows/month",
  bytes_per_month: "bytes/month",
  exports: "exports at once",
  batch_ids: "ids/batch",
  search_hits: "hits/search",
};

/** The networks and the own limits of a key; empty: none. */
function boundsText({ networks, limits }: PortalKey): string {
  const [network, ...others] = networks;
  const from =
    network === undefined ? [] : [`From ${network}${others.length === 0 ? "" : ` and ${others.length} more`}`];
  const own = Object.entries(limits).map(([name, limit]) => `${wholeNumber(limit)} ${units[name] ?? name}`);
  return [...from, ...(own.length === 0 ? [] : [`At most ${own.join(", ")}`])].join(". ");
}
