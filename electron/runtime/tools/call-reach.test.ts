import { expect, it } from 'vitest';
import { type CallRequest, createCallReach } from './call-reach.ts';

it('is open to what the settings, the agent and the run are still granted, and to nothing that leads elsewhere since', () => {
  const led = new Map([
    ['agent:a', '/of-agent/moved'],
    ['run:r', '/of-run/moved'],
  ]);
  const stillGranted = (holder: string, folders: readonly string[]) => folders.filter((each) => each !== led.get(holder));
  const make = (store: object) =>
    createCallReach({
      ports: { tools: {}, store } as never,
      settings: { get: () => ({ folders: ['/open'] }) } as never,
      policy: { grants: {}, tools: { jobOf: () => undefined } } as never,
    });
  const request = {
    actor: { kind: 'agent', agent: { id: 'a', grant: { folders: ['/of-agent', '/of-agent/moved'] } } },
    run: { id: 'r', grant: { folders: ['/of-run', '/of-run/moved', '/open'] } },
  } as unknown as CallRequest;
  expect(make({ stillGranted }).foldersOf(request)).toEqual(['/open', '/of-agent', '/of-run']);
  expect(make({}).foldersOf(request)).toEqual(['/open', '/of-agent', '/of-agent/moved', '/of-run', '/of-run/moved']);
  expect(make({ stillGranted }).foldersOf({ actor: { kind: 'person' }, run: undefined } as unknown as CallRequest)).toEqual(['/open']);
});
