/** Formats a materialized row's key for a message: `tenant acme, speech_id 7`. */
export function keyText(key: Readonly<Record<string, string | number>>): string {
  const { _tenant: tenant = "", ...parts } = key;
  const texts = Object.entries(parts).map(([name, value]) => `${name} ${value}`);
  return (tenant === "" ? texts : [`tenant ${tenant}`, ...texts]).join(", ");
}
