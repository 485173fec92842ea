// A moment as JSON Schema writes it (`date-time`) and as a field of the browser does: local, without an offset. Pure.

const two = (number: number): string => String(number).padStart(2, '0');

/** `2026-12-01T19:00`, with seconds where there are any; undefined for what is no moment. */
export function localMoment(text: string): string | undefined {
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/i.test(text) || Number.isNaN(at.getTime())) return undefined;
  const day = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const seconds = at.getSeconds() === 0 ? '' : `:${two(at.getSeconds())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}${seconds}`;
}

/** With the offset that holds here at that moment; undefined for what is none yet. */
export function momentOf(local: string): string | undefined {
  const at = new Date(local);
  if (local === '' || Number.isNaN(at.getTime())) return undefined;
  const east = -at.getTimezoneOffset();
  const minutes = Math.abs(east);
  const offset = east === 0 ? 'Z' : `${east < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${local.length === 16 ? `${local}:00` : local.slice(0, 19)}${offset}`;
}
