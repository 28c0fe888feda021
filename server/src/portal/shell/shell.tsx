import type { Child } from "hono/jsx";
import { shortText } from "../parts/short-text";
import type { ReceivedInvitation, Visitor } from "../portal-services";
import { Document, type Frame } from "./document";
import { Icon, type IconName, Mark } from "./icons";
import { ThemeForm } from "./theme-form";

export type Section = "keys" | "usage" | "account";

const sections: readonly { readonly section: Section; readonly title: string; readonly icon: IconName }[] = [
  { section: "keys", title: "API keys", icon: "key" },
  { section: "usage", title: "Usage", icon: "chart" },
  { section: "account", title: "Account", icon: "people" },
];

interface ShellProps {
  readonly frame: Frame;
  readonly visitor: Visitor;
  /** Null: the page belongs to none. */
  readonly section: Section | null;
  readonly title: string;
  readonly children?: Child;
}

/** The pages of a signed-in person: navigation at the side, and the page on a sheet. */
export function Shell({ frame, visitor, section, title, children }: ShellProps) {
  return (
    <Document frame={frame} title={title}>
      <div class="app">
        <a class="skip" href="#content">
          Skip to content
        </a>
        <header class="side">
          <Organisations visitor={visitor} />
          <nav aria-label="Main">
            <ul>
              {sections.map((each) => (
                <li>
                  <a href={`/portal/${each.section}`} aria-current={each.section === section ? "page" : undefined}>
                    <Icon name={each.icon} />
                    {each.title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div class="foot">
            <a href="/docs">
              <Icon name="book" />
              API reference
            </a>
            <a href="/health">
              <Icon name="pulse" />
              Health
            </a>
          </div>
        </header>
        <div class="main">
          <section class="bar" aria-label="This page and you">
            <nav aria-label="Breadcrumb" class="grow">
              <ol class="crumbs">
                <li>
                  <a href="/portal/account">{visitor.organisation.name}</a>
                </li>
                <li>
                  <span aria-current="page">{title}</span>
                </li>
              </ol>
            </nav>
            <span class="who" title={visitor.person.email}>
              {visitor.person.email}
            </span>
            <ThemeForm frame={frame} />
            <form method="post" action="/portal/sign-out">
              <button class="button bare slim" type="submit">
                <Icon name="out" />
                Sign out
              </button>
            </form>
          </section>
          <main id="content" class="page">
            {visitor.invitations.map((invitation) => (
              <InvitationBanner {...invitation} />
            ))}
            {children}
          </main>
        </div>
      </div>
    </Document>
  );
}

/** The organisation that the person works in, and a menu of the others. */
function Organisations({ visitor }: { readonly visitor: Visitor }) {
  const { organisation, organisations } = visitor;
  const name = (
    <>
      <Mark />
      <span class="clip">{organisation.name}</span> <span class="tier">{organisation.tier}</span>
    </>
  );
  const others = organisations.filter(({ id }) => id !== organisation.id);
  if (others.length === 0) return <span class="tenant">{name}</span>;
  return (
    <details class="menu wide" name="menu">
      <summary class="tenant">
        {name}
        <span class="hide">: switch organisation</span>
        <Icon name="updown" />
      </summary>
      <form method="post" action="/portal/account/switch">
        <ul>
          {others.map(({ id, name: other }) => (
            <li>
              <button class="clip" type="submit" name="organisation" value={id}>
                {other}
              </button>
            </li>
          ))}
        </ul>
      </form>
    </details>
  );
}

function InvitationBanner({ id, organisation, role }: ReceivedInvitation) {
  return (
    <form class="notice info" method="post" action={`/portal/account/invitations/${encodeURIComponent(id)}/accept`}>
      <Icon name="mail" />
      <p class="grow wrap">
        You are invited to <strong>{organisation}</strong>
        {` as ${role}.`}
      </p>
      <button class="button slim" type="submit">
        Accept<span class="hide">{` the invitation of ${shortText(organisation)}`}</span>
      </button>
    </form>
  );
}
