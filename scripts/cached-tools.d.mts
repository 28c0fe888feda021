/** Returns the interpreter of a virtual environment with these requirements. */
export function pythonTools(name: string, requirements: readonly string[]): string;

/** True if `python3` is 3.`minor` or newer and can make virtual environments. */
export function hasPython(options?: { readonly minor?: number }): boolean;
