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

/** One that was changed to what is no time is given as it is: who verifies is told, and the rest must be exported. */
function timeOf(at: unknown): unknown {
  const time = new Date(Number(at));
  return Number.isNaN(time.getTime()) ? at : time.toISOString();
}

/** Of one line of the JSONL export. */
export function csvLine(line: string): string {
  const row = JSON.parse(line) as Record<string, unknown>;
  return columns.map((name) => cell(name === 'at' ? timeOf(row.at) : row[name])).join(',');
}
