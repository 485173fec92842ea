import type { QueueView } from '../../../shared/contract/queue.contract.ts';
import type { RunQueue } from '../services.ts';
import { Channel, watched } from '../util/channel.ts';
import { api } from './base.ts';

/** A watcher is told at most this often, and how far runs are at least this often while any goes, in milliseconds. */
const frameMs = 500;
const progressMs = 1000;

export function queueApi({ queue }: { queue: RunQueue }) {
  async function* watch(signal: AbortSignal | undefined): AsyncGenerator<QueueView> {
    const changes = new Channel<void>();
    const forget = queue.onChange(() => changes.send());
    let isGoing = false;
    const ticks = setInterval(() => {
      if (isGoing) changes.send();
    }, progressMs);
    const read = (): QueueView => {
      const view = queue.view();
      isGoing = view.entries.some((entry) => entry.state === 'running');
      return view;
    };
    try {
      yield* watched(read, changes.follow(signal), frameMs);
    } finally {
      forget();
      clearInterval(ticks);
    }
  }
  return {
    get: api.queue.get.handler(() => queue.view()),
    watch: api.queue.watch.handler(async function* ({ signal }) {
      yield* watch(signal);
    }),
    setPaused: api.queue.setPaused.handler(({ input }) => {
      queue.setPaused(input.isPaused);
      return queue.view();
    }),
    setPriority: api.queue.setPriority.handler(({ input }) => {
      queue.setPriority(input.id, input.priority);
      return queue.view();
    }),
  };
}
