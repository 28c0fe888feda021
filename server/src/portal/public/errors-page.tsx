import { type ErrorCode, errorTable, withVariables } from "../../core/index";
import type { Frame } from "../shell/document";
import { errorGroups, errorsIntroduction } from "./errors-document";
import { PublicPage } from "./public-page";

interface ErrorsPageProps {
  readonly frame: Frame;
  readonly hasPortal: boolean;
}

/** All error codes. The `type` of a problem document leads to the entry of its code. */
export function ErrorsPage({ frame, hasPortal }: ErrorsPageProps) {
  return (
    <PublicPage frame={frame} hasPortal={hasPortal} section="errors" title="Error codes">
      <main id="content" class="page">
        <div class="head">
          <div>
            <h1>Error codes</h1>
            {errorsIntroduction.map((paragraph) => (
              <p>{prose(paragraph)}</p>
            ))}
          </div>
        </div>
        <search class="find" data-filter hidden>
          <div class="field">
            <label for="find-code">Find an error</label>
            <input id="find-code" type="search" autocomplete="off" spellcheck={false} aria-describedby="found-codes" />
            <p id="found-codes" role="status" />
          </div>
        </search>
        <nav class="jumps" aria-label="Statuses">
          <ul>
            {errorGroups.map(({ title }) => (
              <li>
                <a href={`#${idOf(title)}`}>{title.replace("Status ", "")}</a>
              </li>
            ))}
          </ul>
        </nav>
        {errorGroups.map(({ title, note, codes }) => (
          <section class="section" aria-labelledby={idOf(title)} data-filter-group>
            <header>
              <h2 id={idOf(title)}>{title}</h2>
            </header>
            {note === null ? null : <p class="muted">{prose(note)}</p>}
            <div class="card">{codes.map((code) => entry(code))}</div>
          </section>
        ))}
      </main>
    </PublicPage>
  );
}

function entry(code: ErrorCode) {
  const { title, cause, fix } = errorTable[code];
  return (
    <section id={code} class="entry" data-filter-item>
      <div>
        <h3>
          <a href={`#${code}`}>
            <code>{code}</code>
          </a>
        </h3>
        <p>{title}.</p>
      </div>
      <dl>
        <dt>Cause</dt>
        <dd>{prose(withVariables(cause))}</dd>
        <dt>Fix</dt>
        <dd>{prose(withVariables(fix))}</dd>
      </dl>
    </section>
  );
}

/** The texts of the table, where code stands in backticks. */
function prose(text: string) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part));
}

/** With a hyphen, which no code has: their ids stand in the same page. */
function idOf(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}
