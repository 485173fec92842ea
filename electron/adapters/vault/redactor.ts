// Takes secrets out of text that is to be kept or shown: each revealed value, and the forms it commonly takes on the way
// (JSON-escaped, URL-encoded, base64). Pure apart from what it was told to look for.

/** Shorter values would blot out ordinary words; the vault refuses to store them. */
export const shortestRedacted = 4;

export interface Redactor {
  learn(name: string, value: string): void;
  redact(text: string): string;
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  return [...new Set(forms)].filter((form) => form.length >= shortestRedacted);
}

export function createRedactor(): Redactor {
  // Longest first, so that a value that contains another is taken whole.
  let known: { form: string; mark: string }[] = [];
  const values = new Set<string>();
  return {
    learn(name, value) {
      const key = `${name}\0${value}`;
      if (values.has(key)) return;
      values.add(key);
      known = [...known, ...formsOf(value).map((form) => ({ form, mark: `[secret:${name}]` }))].sort(
        (a, b) => b.form.length - a.form.length,
      );
    },
    redact(text) {
      let result = text;
      for (const { form, mark } of known) if (result.includes(form)) result = result.replaceAll(form, mark);
      return result;
    },
  };
}
