// macOS: the profile that @anthropic-ai/sandbox-runtime writes for the system's own sandbox, one for each program, with our proxy
// as its only way out. Its command line is one text for a shell, and that is what is started.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { planMounts } from './mounts.ts';
import { openProxy } from './proxy.ts';
import type { Launchable, Refused, SandboxOptions, SandboxReach, Wrapped } from './sandbox-port.ts';
import { wordsFor } from './words.ts';

const program = '/usr/bin/sandbox-exec';

export function probeMac(): { ok: boolean; words: string } {
  return existsSync(program)
    ? { ok: true, words: 'Tool servers run in the sandbox of macOS.' }
    : {
        ok: false,
        words:
          'This macOS has no sandbox-exec, so there is no sandbox: a tool server runs with your own rights here, and can read and change whatever you can.',
      };
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export async function wrapMac(
  plan: Launchable,
  reach: SandboxReach,
  options: SandboxOptions & { available: { ok: boolean; words: string }; onRefused?: (refused: Refused) => void },
): Promise<Wrapped> {
  if (!options.available.ok)
    throw new AppError('sandbox-unavailable', options.available.words, { hint: 'Let it run without a sandbox, if you trust it.' });
  const { wrapCommandWithSandboxMacOS } = await import('@anthropic-ai/sandbox-runtime/dist/sandbox/macos-sandbox-utils.js');
  const mounts = planMounts(plan, reach, options.closed, options.ledTo);
  const of = (...modes: string[]) => mounts.layers.filter((each) => modes.includes(each.mode)).map((each) => each.path);
  const token = randomBytes(24).toString('base64url');
  const hasNetwork = reach.hosts.length > 0;
  const proxy = hasNetwork ? await openProxy(reach, { ...options, token }) : undefined;
  const command = wrapCommandWithSandboxMacOS({
    command: ['exec', quoted(plan.file), ...plan.args.map(quoted)].join(' '),
    commandId: reach.id,
    needsNetworkRestriction: true,
    ...(proxy?.port === undefined ? {} : { httpProxyPort: proxy.port, proxyAuthToken: token }),
    readConfig: {
      denyOnly: ['/Users', '/Volumes', '/private/tmp', '/private/var', ...options.closed],
      literalAllowWithinDeny: [...of('read', 'write'), '/private/var/db/timezone', '/private/var/select'],
      literalDenyOnly: of('empty', 'blank'),
    },
    writeConfig: { allowOnly: [], literalAllowOnly: of('write'), denyWithinAllow: [], literalDenyWithinAllow: of('empty', 'blank') },
  });
  return {
    file: '/bin/sh',
    args: ['-c', command],
    env: { ...plan.env, HOME: reach.home, TMPDIR: reach.home, NODE_USE_ENV_PROXY: '1' },
    cwd: plan.cwd,
    programs: mounts.programs,
    words: wordsFor(reach, mounts.left, { hasNetwork, lacksRelay: false }),
    endOutside: () => proxy?.endOutside(),
    end: async () => proxy?.close(),
  };
}
