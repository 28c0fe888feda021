import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assetFolder } from "../core/index";

/** A file that pages load. Its name changes with its content, so that browsers keep it for ever. */
export interface PortalFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The names of the files, for pages. */
export interface FileNames {
  readonly style: string;
  readonly script: string;
  readonly sans: string;
  /** The style and the script of `/docs`. */
  readonly reference: { readonly style: string; readonly script: string };
}

export interface PortalFiles {
  readonly names: FileNames;
  readonly byName: ReadonlyMap<string, PortalFile>;
}

/** The parts of the style, in order: the first one declares the layers. */
const styles = [
  "tokens",
  "base",
  "layout",
  "navigation",
  "buttons",
  "marks",
  "figures",
  "tables",
  "code",
  "states",
  "forms",
  "settings",
  "masthead",
  "public",
  "narrow",
] as const;

/** Those of `/docs`: without the names of parts, which are also names of the viewer's parts. */
const referenceStyles = ["tokens", "base", "buttons", "masthead", "reference"] as const;

/** Reads the files once, at start. The style refers to the fonts by their names of this build. */
export function readPortalFiles(): PortalFiles {
  const font = (name: "geist" | "geist-mono") =>
    file(name, "font/woff2", readFileSync(join(assetFolder(`fonts/${name}`), `${name}-latin-wght-normal.woff2`)));
  const own = (name: string): string => readFileSync(join(assetFolder("portal-files"), name), "utf8");
  const sans = font("geist");
  const mono = font("geist-mono");
  const styleOf = (name: string, parts: readonly string[]) => {
    const css = parts.map((part) => own(`style/${part}.css`)).join("");
    const text = css.replace("geist.woff2", sans.name).replace("geist-mono.woff2", mono.name);
    return file(name, "text/css; charset=utf-8", Buffer.from(text));
  };
  const scriptOf = (name: string) => file(name, "text/javascript; charset=utf-8", Buffer.from(own(`${name}.js`)));
  const portal = { style: styleOf("portal", styles), script: scriptOf("portal") };
  const reference = { style: styleOf("reference", referenceStyles), script: scriptOf("reference") };
  return {
    names: {
      style: portal.style.name,
      script: portal.script.name,
      sans: sans.name,
      reference: { style: reference.style.name, script: reference.script.name },
    },
    byName: new Map(
      [sans, mono, ...Object.values(portal), ...Object.values(reference)].map((each) => [each.name, each]),
    ),
  };
}

const endings: Readonly<Record<string, string>> = { "font/woff2": "woff2", "text/css": "css", "text/javascript": "js" };

function file(name: string, contentType: string, content: Buffer): PortalFile {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const ending = endings[contentType.split(";")[0] ?? ""];
  return { name: `${name}.${digest}.${ending}`, contentType, bytes: new Uint8Array(content) };
}
