// Facts about this host and what it uses.

import { homedir } from 'node:os';
import type { AppInfo, HostKind } from '../../shared/model/system.ts';
import type { HostInfo } from '../runtime/ports.ts';

export function hostInfo(facts: {
  kind: HostKind;
  folder: string;
  version: string;
  sqlite: string;
  can: AppInfo['can'];
  command: string[];
}): Pick<HostInfo, 'info' | 'usage'> {
  const startedAt = Date.now();
  let last = { at: process.hrtime.bigint(), cpu: process.cpuUsage() };
  let percent = 0;
  return {
    info: () => ({
      version: facts.version,
      host: facts.kind,
      platform: process.platform,
      arch: process.arch,
      node: process.versions.node,
      ...(process.versions.electron === undefined ? {} : { electron: process.versions.electron }),
      sqlite: facts.sqlite,
      dataFolder: facts.folder,
      home: homedir(),
      pid: process.pid,
      startedAt,
      command: facts.command,
      can: facts.can,
    }),
    usage() {
      const at = process.hrtime.bigint();
      const elapsed = Number(at - last.at) / 1000;
      // Below a quarter second the figure is noise.
      if (elapsed >= 250_000) {
        const used = process.cpuUsage(last.cpu);
        percent = Math.round(((used.user + used.system) / elapsed) * 1000) / 10;
        last = { at, cpu: process.cpuUsage() };
      }
      return { cpu: percent, memory: process.memoryUsage.rss() };
    },
  };
}
