import { commanding } from "../parts/dialog";
import { Notice } from "../parts/notice";
import { type PageChoice, Pages } from "../parts/pages";
import { ScrollRegion } from "../parts/scroll-region";
import { TableHead } from "../parts/table-head";
import type { AllowedKey, PortalKey, Visitor } from "../portal-services";
import type { Frame } from "../shell/document";
import { Icon } from "../shell/icons";
import { Shell } from "../shell/shell";
import { CreateKeyDialog, type RefusedForm } from "./create-key-dialog";
import { KeyDialogs } from "./key-dialogs";
import { KeyRow } from "./key-row";
import { MadeKeyCard, type ShownKey } from "./made-key-card";
import { NoKeys } from "./no-keys";

/** Keys of one page of the table: more would make the page too large. */
export const KEYS_PER_PAGE = 12;

export interface KeysPageProps {
  readonly frame: Frame;
  readonly visitor: Visitor;
  /** Keys of the chosen kind, newest first. */
  readonly keys: readonly PortalKey[];
  readonly recentDays: ReadonlyMap<string, readonly number[]>;
  readonly show: "used" | "ended";
  readonly choice: PageChoice;
  readonly allowed: AllowedKey;
  /** Set in the one response that shows a new key. */
  readonly made: ShownKey | null;
  /** Set if the form of a new key was refused. */
  readonly refused: RefusedForm | null;
  /** The result of the form before; null: there was none. */
  readonly done: DoneText | null;
  /** Random: of the forms that make keys. */
  readonly once: string;
}

export interface DoneText {
  readonly kind: "ok" | "warn";
  readonly text: string;
}

const noDays: readonly number[] = Array.from({ length: 12 }, () => 0);

export function KeysPage(props: KeysPageProps) {
  const { frame, visitor, keys, recentDays, show, choice, allowed, made, refused, done, once } = props;
  const { now } = frame;
  const mayChange = visitor.may.changeKeys;
  const first = (choice.pageNumber - 1) * KEYS_PER_PAGE;
  const shown = keys.slice(first, first + KEYS_PER_PAGE);
  const isFirst = show === "used" && keys.length === 0;
  const daysOf = (key: PortalKey): readonly number[] => recentDays.get(key.id) ?? noDays;
  return (
    <Shell frame={frame} visitor={visitor} section="keys" title="API keys">
      <div class="head">
        <div>
          <h1>API keys</h1>
          <p>
            A key lets a program read features or make training sets. Give each program its own, with the fewest scopes
            it needs.
          </p>
        </div>
        {mayChange && !isFirst ? (
          <button class={made === null ? "button primary" : "button"} {...commanding("create", "show-modal")}>
            <Icon name="plus" />
            Create key
          </button>
        ) : null}
      </div>
      {done === null ? null : (
        <Notice kind={done.kind} result>
          {done.text}
        </Notice>
      )}
      {made === null ? null : <MadeKeyCard {...made} />}
      {mayChange ? <CreateKeyDialog allowed={allowed} refused={refused} once={once} /> : null}
      <section class="section" aria-labelledby="keys">
        <header>
          <h2 id="keys">Keys</h2>
          <nav class="segment" aria-label="Show">
            <a href="/portal/keys" aria-current={show === "used" ? "true" : undefined}>
              In use
            </a>
            <a href="/portal/keys?show=ended" aria-current={show === "ended" ? "true" : undefined}>
              Ended
            </a>
          </nav>
        </header>
        {shown.length === 0 ? (
          <NoKeys ended={show === "ended"} mayCreate={mayChange} />
        ) : (
          <ScrollRegion label="Table of keys" card>
            <table class="table">
              <TableHead columns={["Name", "Scopes", "Status", "Last used", "Recent requests"]} actions />
              <tbody>
                {shown.map((key) => (
                  <KeyRow portalKey={key} days={daysOf(key)} mayChange={mayChange} now={now} />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
        <Pages {...choice} hrefOf={(page) => `/portal/keys?show=${show}&page=${page}`} />
      </section>
      {mayChange
        ? shown
            .filter(({ state }) => state === "active" || state === "disabled")
            .map((key) => <KeyDialogs portalKey={key} days={daysOf(key)} now={now} once={once} />)
        : null}
    </Shell>
  );
}
