// Malformed payloads for every call of the contract, thrown at the guarded server behind each carrier in turn: none may reach a
// handler, none may bring the process down, none may change what all objects inherit.

import { setTimeout as sleep } from 'node:timers/promises';
import { WireServer } from '../../electron/wires/serve.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { recordingRouter, silentLog } from '../contract/wire-rig.ts';
import { tortureCarriers } from './ipc-carriers.ts';
import { makePayloads } from './ipc-payloads.ts';
import type { Torture, TortureOptions } from './torture.ts';

const batch = 500;
/** How many of the last batch are said when one was let in. */
const suspects = 5;

const zero = () => ({ payloads: 0, methods: 0, methodsWithoutCase: 0, accepted: 0, crashes: 0, polluted: 0 });

export const torture: Torture = {
  about: 'malformed payloads for every call over every carrier: none accepted, no crash, no prototype pollution.',
  defaultN: 100_000,
  promises: ['methodsWithoutCase', 'accepted', 'crashes', 'polluted'],
  async run(options) {
    const counters = zero();
    const { methods, methodsWithoutCase } = makePayloads(seeded(options.seed));
    counters.methods = methods.length;
    counters.methodsWithoutCase = methodsWithoutCase.length;
    if (methodsWithoutCase.length > 0) options.say(`Without a case: ${methodsWithoutCase.join(', ')}`);
    const onCrash = (error: unknown): void => {
      counters.crashes += 1;
      options.say(`Nobody caught: ${String(error)}`);
    };
    process.on('uncaughtException', onCrash);
    process.on('unhandledRejection', onCrash);
    try {
      const names = Object.keys(tortureCarriers);
      for (const [index, name] of names.entries()) {
        const share = Math.floor(options.n / names.length) + (index < options.n % names.length ? 1 : 0);
        await oneCarrier(name, share, { ...options, seed: options.seed * 10 + index }, counters);
      }
    } finally {
      process.off('uncaughtException', onCrash);
      process.off('unhandledRejection', onCrash);
    }
    return counters;
  },
};

async function oneCarrier(name: string, share: number, { seed, say }: TortureOptions, counters: ReturnType<typeof zero>): Promise<void> {
  const payloads = makePayloads(seeded(seed));
  const clean = prototypes();
  const { router, executed } = recordingRouter({ 'memory.listTags': () => [] });
  const server = new WireServer(router, silentLog);
  const carrier = await (tortureCarriers[name] as (typeof tortureCarriers)[string])(server);
  let end = await carrier.raw();
  let settles = 0;
  let accepted = 0;
  let reconnects = 0;
  let recent: unknown[] = [];
  const settle = async (): Promise<void> => {
    // A frame above the carrier's limit ends its connection; what came after it was never looked at and is sent again.
    if (!end.isOpen()) {
      end.close();
      end = await carrier.raw();
      reconnects += 1;
    }
    await end.settled();
    settles += 1;
    await allHandled(() => executed.length >= settles && end.session.open === 0);
    // Each settling is one good call; whatever was executed beyond them was let in.
    const here = executed.length - settles - accepted;
    if (here > 0) say(`${name}: let in ${executed.slice(-here - 1).join(', ')} among ${recent.slice(-suspects).map(String).join('\n')}`);
    accepted += Math.max(0, here);
    recent = [];
  };
  for (let sent = 0; sent < share; sent += 1) {
    const payload = payloads.next(sent);
    end.send(payload);
    counters.payloads += 1;
    recent.push(typeof payload === 'string' ? payload.slice(0, 300) : payload);
    const isLong = typeof payload === 'string' && payload.length > 4_000_000;
    if (isLong) await waitFor(() => !end.isOpen(), 2_000);
    if (isLong || sent % batch === batch - 1 || sent === share - 1) await settle();
  }
  // Whatever was let in late would show now.
  await sleep(200);
  await settle();
  counters.accepted += accepted;
  if (prototypes() !== clean) counters.polluted += 1;
  end.close();
  await carrier.close();
  server.close();
  say(
    `${name}: ${share} payloads, ${accepted} accepted${reconnects === 0 ? '' : `, ${reconnects} connections ended for a frame too large`}`,
  );
}

const waitFor = async (isSo: () => boolean, ms: number): Promise<void> => {
  for (const deadline = Date.now() + ms; !isSo() && Date.now() < deadline; ) await sleep(5);
};

/**
 * An answer that comes back may be that of a payload before: only when the good call at the end of the batch was executed, and
 * nothing is under way, has everything been looked at.
 */
async function allHandled(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !isSo(); await sleep(1))
    if (Date.now() > deadline) throw new Error('The server no longer answers.');
}

/** What everything inherits, as text. */
const prototypes = (): string =>
  [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).map(String).sort().join(',')).join(';');
