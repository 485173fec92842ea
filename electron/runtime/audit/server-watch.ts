// Starts and ends of tool servers, read off their states: each process that appears, and each that is gone, is an entry. In one place,
// whatever starts or ends them.

import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';

interface Seen {
  pid: number | undefined;
  state: ServerStatus['state'];
  title: string;
}

/** Gives what forgets it. */
export function watchServers(tools: Pick<Ports['tools'], 'servers' | 'onChange'>, record: (entry: NewAuditEntry) => void): () => void {
  const seen = new Map<string, Seen>();
  const look = (): void => {
    const now = new Map(tools.servers().map((server) => [server.id as string, server]));
    for (const [id, server] of now) {
      if (server.kind === 'built-in') continue;
      const before = seen.get(id);
      for (const entry of changesOf(id, before, server)) record(entry);
      seen.set(id, { pid: server.pid, state: server.state, title: server.title });
    }
    for (const [id, before] of seen)
      if (!now.has(id)) {
        if (before.pid !== undefined) record(ended(id, before, 'It was removed.', 'done'));
        seen.delete(id);
      }
  };
  look();
  return tools.onChange(look);
}

function changesOf(id: string, before: Seen | undefined, server: ServerStatus): NewAuditEntry[] {
  const entries: NewAuditEntry[] = [];
  const isGone = before?.pid !== undefined && before.pid !== server.pid;
  if (isGone)
    entries.push(
      ended(
        id,
        before,
        server.failure?.message ?? 'It was stopped.',
        server.state === 'failed' || server.state === 'restarting' ? 'failed' : 'done',
      ),
    );
  if (server.pid !== undefined && server.pid !== before?.pid) entries.push(started(id, server));
  // A start that never came to a process.
  else if (server.state === 'failed' && before?.state !== 'failed' && server.pid === undefined && !isGone)
    entries.push({ ...started(id, server), outcome: 'failed', reason: server.failure?.message ?? 'It could not be started.' });
  return entries;
}

const appActor = { kind: 'app', name: 'Orrery' } as const;

const started = (id: string, server: ServerStatus): NewAuditEntry => ({
  kind: 'process',
  actor: appActor,
  what: `server:${id}`,
  outcome: 'done',
  reason:
    `The tool server ${server.title} was started${server.restarts > 0 ? ` again (restart ${server.restarts})` : ''}. ${server.contained?.words ?? ''}`.trim(),
  details: {
    server: id,
    event: 'start',
    ...(server.pid === undefined ? {} : { pid: server.pid }),
    ...(server.config?.command === undefined ? {} : { command: server.config.command }),
  },
});

const ended = (id: string, before: Seen, why: string, outcome: 'done' | 'failed'): NewAuditEntry => ({
  kind: 'process',
  actor: appActor,
  what: `server:${id}`,
  outcome,
  reason: `The tool server ${before.title} ended: ${why}`,
  details: { server: id, event: 'end', ...(before.pid === undefined ? {} : { pid: before.pid }) },
});
