// One fetch of the Node for tool servers at a time, whoever asked for it: it goes on when the page that asked has left, is told to
// everyone who looks, and is ended by any of them.

import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { ManagedNode } from '../../../shared/model/managed-node.ts';
import type { ManagedNodes, Ports } from '../ports.ts';
import { Channel, watched } from '../util/channel.ts';

export interface NodeFetch {
  watch(signal: AbortSignal | undefined): AsyncGenerator<ManagedNode>;
  /** Settles once it has begun. Throws `node-not-offered` when that version is not what is offered. */
  begin(version: string): void;
  stop(): void;
  remove(version: string): Promise<void>;
}

type FetchPorts = { nodes: ManagedNodes } & Pick<Ports, 'log' | 'store' | 'tools'>;

export function createNodeFetch({ nodes, log, store, tools }: FetchPorts): NodeFetch {
  const changes = new Channel<undefined>();
  let now: { stop: AbortController; progress: NonNullable<ManagedNode['fetching']> } | undefined;
  let failure: ManagedNode['failure'];

  const view = async (): Promise<ManagedNode> => ({
    ...(await nodes.look()),
    ...(now === undefined ? {} : { fetching: now.progress }),
    ...(failure === undefined ? {} : { failure }),
  });

  /** Servers that wait for nothing else: they failed since there was no Node that fits. */
  const startThose = (): void => {
    const waiting = new Set(
      tools.servers().flatMap((each) => (each.state === 'failed' && each.failure?.wantsNode === true ? [each.id] : [])),
    );
    for (const config of store.servers.list())
      if (config.enabled && waiting.has(config.id))
        void tools.start(config).catch((error: unknown) => log.warn('A tool server could not be started', { error: String(error) }));
  };

  async function run(work: NonNullable<typeof now>): Promise<void> {
    let isHere = false;
    try {
      await nodes.fetch(work.stop.signal, (progress) => {
        const before = work.progress;
        work.progress = progress;
        // A hundred times in a fetch, not once for each piece.
        const each = progress.total / 100;
        if (progress.step !== before.step || Math.floor(progress.done / each) !== Math.floor(before.done / each)) changes.send(undefined);
      });
      failure = undefined;
      isHere = true;
      log.info('Node was fetched for tool servers', { version: nodes.offer()?.version ?? '' });
    } catch (error) {
      failure = isCancelled(error) ? undefined : toAppError(error).toJSON();
      if (failure !== undefined) log.warn('Node could not be fetched for tool servers', { code: failure.code, error: failure.message });
    } finally {
      now = undefined;
      changes.send(undefined);
    }
    // Not after one that was ended, by a person or since the host closes.
    if (isHere) startThose();
  }

  return {
    watch: (signal) => watched(view, changes.follow(signal), 100),
    begin(version) {
      const offer = nodes.offer();
      if (offer?.version !== version)
        throw new AppError('node-not-offered', `Node ${version} is not what Orrery can fetch for this machine.`, {
          hint: 'Look again, then try again.',
        });
      if (now !== undefined) return;
      failure = undefined;
      now = { stop: new AbortController(), progress: { step: 'fetch', done: 0, total: offer.bytes } };
      changes.send(undefined);
      void run(now);
    },
    stop() {
      now?.stop.abort();
    },
    async remove(version) {
      await nodes.remove(version);
      changes.send(undefined);
    },
  };
}
