import type { Ports } from '../ports.ts';
import type { StatusService } from '../status.ts';
import { api } from './base.ts';

export function appApi({ ports, status }: { ports: Pick<Ports, 'host' | 'log'>; status: StatusService }) {
  return {
    getInfo: api.app.getInfo.handler(() => ports.host.info()),
    watchStatus: api.app.watchStatus.handler(async function* ({ signal }) {
      yield* status.watch(signal);
    }),
    runDoctor: api.app.runDoctor.handler(({ signal }) => ports.host.doctor(signal)),
    getLog: api.app.getLog.handler(({ input }) => ports.log.recent(input.limit)),
  };
}
