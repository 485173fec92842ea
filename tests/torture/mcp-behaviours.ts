// Forty ways in which a tool server can misbehave, and how it is told that each was held. Pure data and judgement; the rig runs them.

import type { ServerStatus } from '../../shared/model/tool.ts';

export interface Seen {
  status: ServerStatus | undefined;
  /** The text of its answer, or `error CODE` when the call failed. */
  answer: string;
  tools: readonly { name: string; unaccepted?: unknown }[];
  /** Connections that arrived at listeners of this machine. */
  arrived: number;
  /** Questions of the server that were open at once. */
  openAsks: number;
}

export interface Behaviour {
  name: string;
  /** `ends`: it must be stopped by itself. `breaks`: its life ends, it may start again. `stays`: it goes on, and gets nothing. */
  after: 'ends' | 'breaks' | 'stays';
  hosts?: string[];
  /** It is not up before it misbehaves. */
  startsBadly?: true;
  /** What got through, in words; undefined when all was held. */
  escaped?(seen: Seen): string | undefined;
}

/** Planted where no tool server may look. */
export const canary = 'CANARY-6f1d0c';

const noCanary = ({ answer }: Seen) => (answer.includes(canary) ? 'it read what was planted' : undefined);
const nothingReached = ({ answer, arrived }: Seen) => (arrived > 0 || answer.includes('connected') ? 'a connection was made' : undefined);
const answered = (wanted: string) => (seen: Seen) =>
  seen.answer.includes(wanted) ? undefined : `its answer was ${seen.answer.slice(0, 80)}`;
const refused = ({ answer }: Seen) => (answer.startsWith('error') ? undefined : 'its answer was taken');
const fewAsks = ({ openAsks }: Seen) => (openAsks > 8 ? `${openAsks} of its questions were open at once` : undefined);
const unpolluted = () => (({}) as { polluted?: true }).polluted === true ? 'all objects were changed' : undefined;

export const behaviours: readonly Behaviour[] = [
  { name: 'notification-flood', after: 'ends' },
  {
    name: 'stderr-flood',
    after: 'stays',
    escaped: ({ status }) => ((status?.stderr.join('').length ?? 0) > 1_000_000 ? 'its output is kept whole' : undefined),
  },
  { name: 'huge-message', after: 'ends', escaped: refused },
  { name: 'deep-json', after: 'stays', escaped: refused },
  { name: 'prototype-keys', after: 'stays', escaped: (seen) => unpolluted() ?? refused(seen) },
  { name: 'redos-schema', after: 'stays' },
  {
    name: 'endless-pagination',
    after: 'stays',
    escaped: ({ tools }) => (tools.length > 60 ? 'its pages were read without end' : undefined),
  },
  { name: 'ten-thousand-tools', after: 'stays', escaped: ({ tools }) => (tools.length > 512 ? 'more than 512 tools' : undefined) },
  { name: 'hang-at-initialize', after: 'ends', startsBadly: true },
  { name: 'hang-at-call', after: 'stays', escaped: refused },
  { name: 'crash-storm', after: 'ends', startsBadly: true },
  { name: 'ignores-shutdown', after: 'stays' },
  { name: 'double-fork-daemon', after: 'stays' },
  { name: 'kills-others', after: 'stays', escaped: ({ answer }) => (/^\["done"/.test(answer) ? 'it could signal the host' : undefined) },
  { name: 'stops-itself', after: 'breaks' },
  { name: 'fills-disk', after: 'ends' },
  { name: 'eats-memory', after: 'ends' },
  { name: 'spins-cpu', after: 'breaks' },
  { name: 'fork-bomb', after: 'ends' },
  {
    name: 'reads-system-secrets',
    after: 'stays',
    escaped: ({ answer }) => (/root:[^:]*:\d|PRIVATE KEY/.test(answer) ? 'it read a secret of the system' : undefined),
  },
  { name: 'reads-home', after: 'stays', escaped: noCanary },
  { name: 'reads-data-folder', after: 'stays', escaped: noCanary },
  { name: 'reads-vault', after: 'stays', escaped: noCanary },
  { name: 'reads-other-environments', after: 'stays', escaped: noCanary },
  {
    name: 'reads-other-memory',
    after: 'stays',
    escaped: ({ answer }) => (/opened/.test(answer.split('],[')[0] ?? '') ? 'it opened the memory of the host' : undefined),
  },
  { name: 'talks-to-the-session', after: 'stays', escaped: nothingReached },
  { name: 'connects-out', after: 'stays', escaped: nothingReached },
  { name: 'connects-to-this-machine', after: 'stays', escaped: nothingReached },
  { name: 'hammers-the-proxy', after: 'ends', hosts: ['rebind.example', 'api.example'], escaped: nothingReached },
  { name: 'answers-wrongly', after: 'stays', escaped: refused },
  { name: 'answers-twice', after: 'stays', escaped: answered('first') },
  {
    name: 'changed-definitions',
    after: 'stays',
    escaped: ({ status, tools }) =>
      status?.changes?.length === 2 && tools.every((tool) => tool.unaccepted !== undefined)
        ? undefined
        : 'its changed tools are taken as they are',
  },
  {
    name: 'misleading-names',
    after: 'stays',
    escaped: ({ tools }) =>
      tools.map((tool) => tool.name).join() === 'act,read' ? undefined : `its tools are ${tools.map((tool) => tool.name).join()}`,
  },
  { name: 'samples-endlessly', after: 'stays', escaped: fewAsks },
  { name: 'elicits-passwords', after: 'stays', escaped: fewAsks },
  { name: 'progress-flood', after: 'stays' },
  { name: 'log-flood', after: 'stays' },
  { name: 'invalid-utf8', after: 'stays', escaped: answered('valid') },
  { name: 'half-a-line', after: 'ends' },
  { name: 'exits-in-a-call', after: 'breaks', escaped: refused },
];
