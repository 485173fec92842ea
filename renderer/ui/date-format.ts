// Formats of dates, made once each: making one takes a hundred times as long as using it, and a list has a time in every row.

const made = new Map<string, Intl.DateTimeFormat>();

/** The same text as `toLocaleString` with these options gives, also after the computer has gone to another time zone. */
export function dateFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale ?? ''} ${new Date().getTimezoneOffset()} ${JSON.stringify(options)}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(locale, options);
  made.set(key, format);
  return format;
}
