// Malformed payloads for every call of the contract, thrown at the guarded server behind each carrier in turn: none may reach a
// handler, none may bring the process down, none may change what all objects inherit.

import { setTimeout as sleep } from 'node:timers/promises';
import { WireServer } from '../../electron/wires/serve.ts';
import { fuzzCases, malformed, seeded } from '../contract/wire-fuzz.ts';
import { carriers, recordingRouter, silentLog } from '../contract/wire-rig.ts';
import type { Torture, TortureOptions } from './torture.ts';

const batch = 500;

export const torture: Torture = {
  about: 'malformed payloads for every call over every carrier: none accepted, no crash, no prototype pollution.',
  defaultN: 100_000,
  promises: ['accepted', 'crashes', 'polluted'],
  async run(options) {
    const counters = { payloads: 0, accepted: 0, crashes: 0, polluted: 0 };
    const onCrash = (error: unknown): void => {
      counters.crashes += 1;
      options.say(`Nobody caught: ${String(error)}`);
    };
    process.on('uncaughtException', onCrash);
    process.on('unhandledRejection', onCrash);
    try {
      const names = Object.keys(carriers);
      for (const [index, name] of names.entries()) {
        const share = Math.floor(options.n / names.length) + (index < options.n % names.length ? 1 : 0);
        await oneCarrier(name, share, options, counters);
      }
    } finally {
      process.off('uncaughtException', onCrash);
      process.off('unhandledRejection', onCrash);
    }
    return counters;
  },
};

async function oneCarrier(
  name: string,
  share: number,
  { seed, say }: TortureOptions,
  counters: Record<'payloads' | 'accepted' | 'polluted' | 'crashes', number>,
): Promise<void> {
  const cases = fuzzCases();
  const random = seeded(seed);
  const clean = prototypes();
  const { router, executed } = recordingRouter({ 'memory.listTags': () => [] });
  const server = new WireServer(router, silentLog);
  const carrier = await (carriers[name] as (typeof carriers)[string])(server);
  const end = await carrier.raw();
  let settles = 0;
  for (let sent = 0; sent < share; sent += 1) {
    end.send(malformed(random, cases[sent % cases.length] as (typeof cases)[number], `f${sent}`));
    counters.payloads += 1;
    if (sent % batch !== batch - 1 && sent !== share - 1) continue;
    await end.settled();
    settles += 1;
    await allHandled(() => executed.length >= settles && end.session.open === 0);
  }
  // Whatever was let in late would show now.
  await sleep(200);
  await allHandled(() => end.session.open === 0);
  // Each settling is one good call; whatever was executed beyond them was let in.
  counters.accepted += executed.length - settles;
  if (prototypes() !== clean) counters.polluted += 1;
  end.close();
  await carrier.close();
  say(`${name}: ${share} payloads, ${executed.length - settles} accepted`);
}

/**
 * An answer that comes back may be that of a payload before: only when the good call at the end of the batch was executed, and
 * nothing is under way, has everything been looked at.
 */
async function allHandled(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !isSo(); await sleep(1))
    if (Date.now() > deadline) throw new Error('The server no longer answers.');
}

/** What everything inherits, as text. */
const prototypes = (): string =>
  [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).map(String).sort().join(',')).join(';');
