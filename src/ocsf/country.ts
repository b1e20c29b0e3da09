let codes: ReadonlyMap<string, string> | undefined;

/**
 * The ISO 3166-1 alpha-2 code that OCSF's location wants of a country: of a code itself, or of the
 * English name by which Okta calls it ("Germany").
 *
 * @returns undefined for what is neither
 */
export function countryCode(text: string): string | undefined {
  codes ??= codesByName();
  return codes.get(text);
}

function codesByName(): ReadonlyMap<string, string> {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
  const found = new Map<string, string>();
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = names.of(code);
    // Codes that were given up have the name of the one that took their place: DE before DD.
    if (name === undefined || new Intl.Locale(`und-${code}`).region !== code) continue;
    found.set(code, code);
    if (!found.has(name)) found.set(name, code);
  }
  return found;
}
