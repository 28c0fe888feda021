import { Icon, type IconName, Mark } from "./icons";

/** A page that everyone may open. */
export type PublicSection = "docs" | "errors" | "health";

interface Link {
  readonly href: string;
  readonly title: string;
  readonly icon: IconName;
  readonly section?: PublicSection;
}

const forMembers: readonly Link[] = [
  { href: "/portal/keys", title: "API keys", icon: "key" },
  { href: "/portal/usage", title: "Usage", icon: "chart" },
  { href: "/portal/account", title: "Account", icon: "people" },
];
const forEveryone: readonly Link[] = [
  { href: "/docs", title: "API reference", icon: "book", section: "docs" },
  { href: "/docs/errors", title: "Error codes", icon: "warn", section: "errors" },
  { href: "/health", title: "Health", icon: "pulse", section: "health" },
];

interface MastheadProps {
  readonly section: PublicSection;
  /** True if people sign in. */
  readonly hasPortal: boolean;
}

/** The header of the pages that everyone may open: the same links as at the side of the portal. */
export function Masthead({ section, hasPortal }: MastheadProps) {
  return (
    <header class="masthead">
      <a class="brand" href={hasPortal ? "/portal" : "/docs"}>
        <Mark />
        <span>Featstore</span>
      </a>
      <nav aria-label="Main">
        <ul>
          {[...forEveryone, ...(hasPortal ? forMembers : [])].map((link) => (
            <li>
              <a href={link.href} aria-current={link.section === section ? "page" : undefined}>
                <Icon name={link.icon} />
                {link.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <button class="button bare slim" type="button" aria-label="Change the theme" data-theme-button hidden>
        <Icon name="theme" />
      </button>
    </header>
  );
}
