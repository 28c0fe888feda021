import { Cell } from "../parts/cell";
import { Moment } from "../parts/moment";
import { ScrollRegion } from "../parts/scroll-region";
import { TableHead } from "../parts/table-head";
import { instantText } from "../parts/times";
import type { Frame } from "../shell/document";
import { PublicPage } from "./public-page";

/** The report of `/health`. */
export interface HealthFacts {
  readonly status: "ok" | "degraded" | "unavailable";
  readonly registry_revision: number | null;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string; readonly code?: string }>>;
}

interface HealthPageProps {
  readonly frame: Frame;
  readonly hasPortal: boolean;
  readonly report: HealthFacts;
}

const states = {
  ok: { kind: "ok", title: "OK", text: "Every part of this server works." },
  degraded: { kind: "warn", title: "Degraded", text: "Reads work, but a part below needs attention." },
  unavailable: { kind: "bad", title: "Unavailable", text: "This server cannot answer reads now." },
} as const;

export function HealthPage({ frame, hasPortal, report }: HealthPageProps) {
  const { kind, title, text } = states[report.status];
  return (
    <PublicPage frame={frame} hasPortal={hasPortal} section="health" title="Health">
      <main id="content" class="alone">
        <header>
          <h1>Health</h1>
          <p>
            <strong class={`tag ${kind}`}>{title}</strong>
            <span class="muted">{text}</span>
          </p>
        </header>
        <ScrollRegion label="Table of parts" card>
          <table class="table">
            <TableHead columns={["Part", "Status", "Detail"]} />
            <tbody>
              {Object.entries(report.checks).map(([name, { ok, detail, code }]) => (
                <tr>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <Cell of="Status">
                    <span class={ok ? "tag ok" : "tag bad"}>{ok ? "OK" : "Fails"}</span>
                  </Cell>
                  <Cell of="Detail">
                    <span class="long">{detail}</span>
                    {code === undefined ? null : <code class="fact">{code}</code>}
                  </Cell>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
        <p class="small muted">
          {report.registry_revision === null
            ? "The registry was not read yet. "
            : `Revision ${report.registry_revision} of the registry. `}
          Checked on <Moment at={frame.now} text={instantText(frame.now)} />. Programs get the same as JSON.
        </p>
        <div class="row">
          <a class="button" href="/health">
            Check again
          </a>
        </div>
      </main>
    </PublicPage>
  );
}
