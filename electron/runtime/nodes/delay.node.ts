import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const delayNode = defineNode({
  kind: 'flow.delay',
  version: 1,
  family: 'flow',
  title: 'Delay',
  description: 'Waits, then passes its input on.',
  icon: 'timer',
  keywords: ['wait', 'sleep', 'pause'],
  // Its beginning is kept, so that after a restart only what is left is waited for.
  effect: 'idempotent',
  needs: ['clock'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'out', label: 'Input', schema: {} }],
  config: z.object({ seconds: z.number().min(0).max(86_400) }),
  defaults: { seconds: 1 },
  fields: [{ key: 'seconds', label: 'Wait', kind: 'number', min: 0, max: 86_400, unit: 's' }],
  summary: '{{ seconds }} s',
  async run({ config, scope, use, firstStartedAt }) {
    const whole = config.seconds * 1000;
    const left = whole - (use.clock.now() - firstStartedAt);
    // A clock that was put back must not make it longer.
    await use.clock.sleep(Math.min(whole, Math.max(0, left)));
    return { out: scope.input };
  },
});
