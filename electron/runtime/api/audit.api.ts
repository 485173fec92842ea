import { AppError } from '../../../shared/errors.ts';
import type { AuditService } from '../audit/audit.ts';
import { csvHead, csvLine } from '../audit/csv.ts';
import type { AuditViews } from '../audit/views.ts';
import type { Ports } from '../ports.ts';
import { batched } from '../util/channel.ts';
import { api } from './base.ts';

interface Deps {
  audit: AuditService;
  views: AuditViews;
  ports: Pick<Ports, 'store'>;
}

export function auditApi({ audit, views, ports }: Deps) {
  const { audit: store } = ports.store;
  return {
    list: api.audit.list.handler(async ({ input, signal }) => {
      await audit.written();
      return store.search(input, signal);
    }),
    watch: api.audit.watch.handler(async function* ({ signal }) {
      yield* batched(audit.follow(signal), 100);
    }),
    getStatus: api.audit.getStatus.handler(() => audit.status()),
    verify: api.audit.verify.handler(({ signal }) => audit.verify(signal)),
    listConnections: api.audit.listConnections.handler(({ input }) => views.connections(input.by, input.since, input.until)),
    listAnomalies: api.audit.listAnomalies.handler(() => views.anomalies()),
    dismissAnomaly: api.audit.dismissAnomaly.handler(({ input }) => views.dismiss(input.id)),
    makeReport: api.audit.makeReport.handler(({ input, signal }) => views.report(input.since, input.until, signal)),
    exportPage: api.audit.exportPage.handler(async ({ input }) => {
      await audit.written();
      const { lines, last } = await store.exportRows(input.after, input.limit);
      if (input.format === 'jsonl' || lines.length === 0) return { lines, last };
      return { lines: [...(input.after === 0 ? [csvHead] : []), ...lines.map(csvLine)], last };
    }),
    writeKeys: api.audit.writeKeys.handler(async ({ input, context }) => {
      // A page must not be able to put the keys where it can read them.
      if (context.client !== 'cli')
        throw new AppError('not-on-this-host', 'The keys of the audit log are written by the command line only.', {
          hint: 'Use `orrery audit export --keys FILE`.',
        });
      await store.writeKeys(input.path);
      audit.record({
        kind: 'secret',
        actor: { kind: 'person', name: 'You' },
        what: 'secret:audit-keys',
        outcome: 'done',
        reason: 'The keys of the audit log were written to a file. Who has them can check an export, and could make one.',
        details: { path: input.path },
      });
    }),
  };
}
