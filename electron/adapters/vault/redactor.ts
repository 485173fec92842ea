// Takes secrets out of text that is to be kept or shown: each revealed value, and the forms it commonly takes on the way
// (JSON-escaped, URL-encoded, form-encoded, HTML-escaped, base64 also in the middle of more, hexadecimal). Pure apart from what it was told to look for.

/** Shorter values would blot out ordinary words; the vault refuses to store them. */
export const shortestRedacted = 4;

export interface Redactor {
  /** `forMs`: it is worth nothing after that time, such as a one-time code. */
  learn(name: string, value: string, forMs?: number): void;
  redact(text: string): string;
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    encodeURIComponent(value).replaceAll('%20', '+'),
    encodeURIComponent(value).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...insideBase64(bytes),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
  return [...new Set(forms)].filter((form) => form.length >= shortestRedacted);
}

/** Logs are cleaned line by line: of a value of several lines each line is known by itself, but for those that many keys share. */
function allForms(value: string): string[] {
  const lines = value.split(/\r?\n/);
  if (lines.length === 1) return formsOf(value);
  const telling = lines.map((line) => line.trim()).filter((line) => line.length >= shortestLine && !/^-----(BEGIN|END) /.test(line));
  return [...new Set([value, ...telling].flatMap(formsOf))];
}

/** The signs that stand for the value wherever it is inside the encoded bytes, as in `Basic base64(user:secret)`. */
function insideBase64(bytes: Buffer): string[] {
  const forms: string[] = [];
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last sign may hold bits of what stands beside it.
    const whole = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    if (whole.length >= shortestInside) forms.push(whole, whole.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), ...forms];
}

/** Of a value of several lines: shorter ones are words of other texts. */
const shortestLine = 12;

/** Of base64 in the middle of more: shorter ones would meet ordinary words. */
const shortestInside = 8;

export function createRedactor(): Redactor {
  // Longest first, so that a value that contains another is taken whole.
  let known: { form: string; mark: string }[] = [];
  const values = new Set<string>();
  return {
    learn(name, value, forMs) {
      const key = `${name}\0${value}`;
      if (values.has(key) || value.length < shortestRedacted) return;
      values.add(key);
      if (forMs !== undefined)
        setTimeout(() => {
          values.delete(key);
          const gone = new Set(allForms(value));
          known = known.filter(({ form, mark }) => mark !== `[secret:${name}]` || !gone.has(form));
        }, forMs).unref();
      known = [...known, ...allForms(value).map((form) => ({ form, mark: `[secret:${name}]` }))].sort(
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
