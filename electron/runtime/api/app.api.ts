import type { Ports } from '../ports.ts';
import type { StatusService } from '../status.ts';
import { api } from './base.ts';

export function appApi({ ports, status }: { ports: Pick<Ports, 'host' | 'log'>; status: StatusService }) {
  return {
    getInfo: api.app.getInfo.handler(() => ports.host.info()),
    watchStatus: api.app.watchStatus.handler(async function* ({ signal }) {
      yield* status.watch(signal);
    }),
    runDoctor: api.app.runDoctor.handler(async ({ signal }) => {
      const findings = await ports.host.doctor(signal);
      const newer = status.get().banners.find(({ id }) => id === 'runs-newer');
      if (newer === undefined) return findings;
      return [
        ...findings,
        { id: newer.id, title: 'Runs of a newer Orrery', state: 'note' as const, detail: newer.message, fix: newer.hint },
      ];
    }),
    getLog: api.app.getLog.handler(({ input }) => ports.log.recent(input.limit)),
  };
}
