// The time, and what this machine and this app are.

import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { defineServer, defineTool } from './define-server.ts';

const currentTime = defineTool({
  name: 'current_time',
  title: 'Current time',
  description: 'Date and time now, in this machine’s time zone or another.',
  input: z.object({ timeZone: z.string().min(1).max(80).optional().describe('Such as Europe/Berlin') }),
  output: {
    type: 'object',
    properties: {
      iso: { type: 'string' },
      local: { type: 'string' },
      timeZone: { type: 'string' },
      weekday: { type: 'string' },
      ms: { type: 'number' },
    },
    required: ['iso', 'local', 'timeZone', 'ms'],
  },
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(input, { use }) {
    const ms = use.clock.now();
    const timeZone = input.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    let format: Intl.DateTimeFormat;
    try {
      format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'long' });
    } catch {
      throw new AppError('time-zone-unknown', `There is no time zone “${timeZone}”.`, { hint: 'Name it like Europe/Berlin.' });
    }
    const local = format.format(ms);
    const weekday = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long' }).format(ms);
    return { text: local, structured: { iso: new Date(ms).toISOString(), local, timeZone, weekday, ms } };
  },
});

const systemInfo = defineTool({
  name: 'system_info',
  title: 'About this machine',
  description: 'Operating system, processor kind, versions, and what the app uses now.',
  input: z.object({}),
  output: { type: 'object', properties: { platform: { type: 'string' }, arch: { type: 'string' }, version: { type: 'string' } } },
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(_input, { use }) {
    // The data folder and the process id are nobody's business but the person's.
    const { version, host, platform, arch, node, sqlite } = use.host.info();
    const { cpu, memory } = use.host.usage();
    const facts = { version, host, platform, arch, node, sqlite, cpuPercent: Math.round(cpu), memoryBytes: Math.round(memory) };
    return {
      text: `Orrery ${version} (${host}) on ${platform} ${arch}, Node ${node}, SQLite ${sqlite}; ${facts.cpuPercent} % of one core, ${Math.round(memory / 1048576)} MB.`,
      structured: facts,
    };
  },
});

export const systemServer = defineServer({
  id: 'system',
  title: 'System',
  description: 'Time and facts about this machine.',
  needs: ['clock', 'host'],
  tools: [currentTime, systemInfo],
});
