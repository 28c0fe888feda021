import { Icon } from "../shell/icons";
import type { CodeLines } from "./code-lines";

/** One block with a tab for each language. The tabs are radio buttons, so they need no script. */
export function CodeBlock({ languages }: { readonly languages: readonly CodeLines[] }) {
  return (
    <div class="code langs">
      <header>
        <fieldset class="segment">
          <legend class="hide">Language</legend>
          {languages.map(({ id, title }, index) => (
            <label>
              <input class="hide" type="radio" name="language" id={id} checked={index === 0} />
              {title}
            </label>
          ))}
        </fieldset>
        <button class="button bare slim" type="button" data-copy hidden>
          <Icon name="copy" />
          <span aria-live="polite">Copy</span>
          <span class="hide"> the code</span>
        </button>
      </header>
      {languages.map(({ id, code }) => (
        <pre class={id} tabindex={0}>
          {coloured(code)}
        </pre>
      ))}
    </div>
  );
}

const TOKENS =
  /("(?:[^"\\]|\\.)*")|\b(import|from|const|await)\b|\b([a-zA-Z]+)(?=\()|(^curl\b)|\b(\d+)\b|(\/\/[^\n]*)/g;
const classes = ["s", "k", "f", "f", "v", "c"] as const;

/** Colours strings, keywords, calls, numbers and comments. */
function coloured(code: string) {
  const matches = [...code.matchAll(TOKENS)];
  const starts = [0, ...matches.map(({ index, 0: text }) => index + text.length)];
  return [
    ...matches.flatMap(({ index, 0: text, ...groups }, position) => [
      code.slice(starts[position], index),
      <span class={classes.find((_, group) => groups[group + 1] !== undefined)}>{text}</span>,
    ]),
    code.slice(starts.at(-1)),
  ];
}
