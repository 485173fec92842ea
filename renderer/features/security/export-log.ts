// The whole log as a file, as it is chained: read in pages, so that a long one does not come in one message.

import { client } from '../../api/index.ts';

/** Gives the number of entries. */
export async function exportLog(): Promise<number> {
  const parts: string[] = [];
  let count = 0;
  for (let after = 0; ; ) {
    const page = await client.audit.exportPage({ format: 'jsonl', after, limit: 2000 });
    if (page.lines.length === 0) break;
    parts.push(`${page.lines.join('\n')}\n`);
    count += page.lines.length;
    after = page.last;
  }
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `orrery-audit-${new Date().toISOString().slice(0, 10)}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return count;
}
