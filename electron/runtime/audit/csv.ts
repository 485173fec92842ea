// Entries as CSV for a spreadsheet. A cell that a spreadsheet would take for a formula begins with an apostrophe. Pure.

const columns = [
  'seq',
  'at',
  'kind',
  'actor_kind',
  'actor_id',
  'actor_name',
  'what',
  'outcome',
  'reason',
  'run',
  'step',
  'conversation',
  'details',
  'key',
  'mac',
];

export const csvHead = columns.map((name) => (name === 'at' ? 'time' : name)).join(',');

const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Of one line of the JSONL export. */
export function csvLine(line: string): string {
  const row = JSON.parse(line) as Record<string, unknown>;
  return columns.map((name) => cell(name === 'at' ? new Date(Number(row.at)).toISOString() : row[name])).join(',');
}
