// Why a server did not start, from what can be seen of it: how it ended, what it said, what it was started with. Each cause comes
// with one sentence and one next step. It decides; whatever it has to look up on the machine goes through `Look`.

import { basename } from 'node:path';
import { notReached, notShown } from './diagnose-contained.ts';
import type { Rule, StartFacts } from './diagnose-facts.ts';
import { type Look, realLook } from './diagnose-look.ts';
import { missingPackage, missingPart, nativePart, portTaken, wrongProgram } from './diagnose-parts.ts';
import { newerRuntime } from './diagnose-runtime.ts';
import { missingSecret } from './diagnose-secret.ts';
import { thisMachine } from './executable.ts';
import type { LaunchPlan } from './launch-plan.ts';
import type { StartFailure } from './start-error.ts';

/** In order: what names its cause exactly comes before what only makes one likely. */
const rules: readonly Rule[] = [
  notShown,
  portTaken,
  nativePart,
  wrongProgram,
  missingPackage,
  notReached,
  missingSecret,
  newerRuntime,
  missingPart,
];

export function diagnose(facts: StartFacts, look: Look = realLook()): StartFailure {
  if (facts.spawnError !== undefined) return refusedBySystem(facts.plan, facts.spawnError);
  const ended = facts.exitCode !== null || facts.signal !== null;
  if (facts.wasReady !== true) {
    const text = bounded(withoutColour(`${facts.stderr}\n${facts.stdoutHead}`));
    for (const rule of rules) {
      const found = rule(text, facts, look);
      if (found !== undefined) return found;
    }
    if (facts.stdoutHead.trim() !== '' && (!ended || facts.exitCode === 0)) return badProtocol(facts, ended);
  }
  return ended ? exited(facts) : timedOut(facts);
}

/** Patterns take long over long lines, and what is read here a server may have made for that. */
const bounded = (text: string): string =>
  text
    .slice(-32_000)
    .split('\n')
    .map((line) => line.slice(0, 600))
    .join('\n');

/** The lines of the beginning of stdout that are no MCP messages. */
export const notMessages = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*\{.*"jsonrpc"\s*:\s*"2\.0".*\}\s*$/.test(line))
    .join('\n');

/** Where an error came from is for its makers; what it says is for people. */
const isTrace = (line: string): boolean =>
  /^\s+at |^Node\.js v\d|^\s*\^+\s*$|^node:internal|^\s*[{}\]]+,?\s*$|^\s+(?:code|errno|syscall|requireStack): /.test(line);

/** Its last words, for the end of a sentence; empty when it said nothing. */
export function lastWords({ stderr, stdoutHead }: Pick<StartFacts, 'stderr' | 'stdoutHead'>): string {
  const from = stderr.trim() === '' ? stdoutHead : stderr;
  const lines = withoutColour(from)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const said = lines.filter((line) => !isTrace(line));
  return (said.length > 0 ? said : lines).slice(-5).join(' ⏎ ').slice(-800);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sign of terminals is what is taken out
const withoutColour = (text: string): string => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');

const bySignal: Readonly<Record<number, string>> = {
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

function exited(facts: StartFacts): StartFailure {
  // A sandbox or a shell in between tells of a signal by the number of its exit.
  const signal = facts.signal ?? bySignal[facts.exitCode ?? 0];
  const how = signal === undefined ? `It exited with code ${facts.exitCode}` : `It was ended by ${signal}`;
  const words = lastWords(facts);
  const said = words === '' ? ' It said nothing on stderr.' : ` Its last words: ${words}`;
  const text = bounded(`${facts.stderr}\n${facts.stdoutHead}`);
  if (/heap out of memory|MemoryError\b|std::bad_alloc/.test(text))
    return { cause: 'exited', message: `${how} because it ran out of memory.${said}`, hint: 'Close other programs, then start it again.' };
  const usage = /^\s*usage:.*$/im.exec(text)?.[0].trim();
  if (usage !== undefined && facts.wasReady !== true)
    return {
      cause: 'exited',
      message: `${how} and printed how it wants to be called: ${usage.slice(0, 300)}`,
      hint: 'Add the arguments it asks for, then start it again.',
    };
  const missing = /ENOENT: no such file or directory[^'"]*['"]([^'"]+)['"]|No such file or directory: '([^']+)'/.exec(text);
  const path = missing?.[1] ?? missing?.[2];
  if (path !== undefined && facts.wasReady !== true)
    return { cause: 'exited', message: `${how}: it did not find “${path}”.${said}`, hint: `Create “${path}”, or correct its arguments.` };
  if (words !== '')
    return {
      cause: 'exited',
      message: `${how}.${said}`,
      hint: 'Mend what its words name, then start it again; the full log has all of them.',
    };
  if (facts.exitCode === 0 && facts.wasReady !== true)
    return {
      cause: 'exited',
      message: 'It ended at once, with no error and without a word.',
      hint: 'Check that its command and arguments start a server over stdio: its description says how; some need one more argument for that.',
    };
  // How it is started is right, since it had started.
  if (facts.wasReady === true)
    return {
      cause: 'exited',
      message: `${how}.${said}`,
      hint: 'Start it again, and tell its makers if it stays so: the audit log has what it was asked last.',
    };
  return { cause: 'exited', message: `${how}.${said}`, hint: 'Check its command, arguments and environment, then start it again.' };
}

function badProtocol({ stdoutHead }: StartFacts, ended: boolean): StartFailure {
  const line = (stdoutHead.split('\n').find((each) => each.trim() !== '') ?? '').slice(0, 300);
  return {
    cause: 'bad-protocol',
    message: `It does not speak MCP on stdout${ended ? ', and ended' : ''}${odd(line)}. Its first line was: ${line}`,
    hint: 'Check that the command starts an MCP server over stdio, and that nothing else prints to stdout.',
  };
}

/** What the line looks like, where that says more than itself. */
function odd(line: string): string {
  if (/^\s*[[{]\s*$/.test(line)) return ': it writes JSON over several lines, where each message has to be one line';
  if (/^\s*<(!doctype|html|\?xml)/i.test(line)) return ': it writes a page, as a program for browsers does';
  return '';
}

function timedOut(facts: StartFacts): StartFailure {
  const seconds = Math.max(1, Math.round(facts.elapsedMs / 1000));
  const words = lastWords(facts);
  const fetches = /^(npx|uvx|bunx|pnpx|docker|podman)(\.\w+)?$/.test(basename(facts.plan.file));
  return {
    cause: 'timed-out',
    message: `It runs, but did not answer as an MCP server within ${seconds} second${seconds === 1 ? '' : 's'}.${words === '' ? ' It said nothing at all.' : ` Its last words: ${words}`}`,
    hint: fetches
      ? 'It may still have been fetching its package: check your connection, add HTTPS_PROXY to its environment if you need a proxy, and start it again.'
      : 'Check that its arguments start it over stdio, then start it again.',
  };
}

function refusedBySystem(plan: LaunchPlan, error: NodeJS.ErrnoException): StartFailure {
  switch (error.code) {
    case 'ENOENT':
      return { cause: 'not-found', message: `“${plan.file}” or what it needs to run is not there.`, hint: 'Install it again.' };
    case 'EACCES':
    case 'EPERM':
      return {
        cause: 'not-executable',
        message: `The system refuses to run “${plan.file}”.`,
        hint: `Allow it with: chmod +x '${plan.file}'`,
      };
    case 'ENOEXEC':
      return {
        cause: 'wrong-architecture',
        message: `“${plan.file}” is not a program for this machine.`,
        hint: `Install the build for ${thisMachine}.`,
      };
    case 'E2BIG':
      return { cause: 'unknown', message: 'Its arguments and environment are too long for the system.', hint: 'Shorten them.' };
    case 'EAGAIN':
    case 'ENOMEM':
    case 'EMFILE':
      return {
        cause: 'unknown',
        message: `The system cannot start another process now (${error.code}).`,
        hint: 'Close other programs, then start it again.',
      };
    default:
      return { cause: 'unknown', message: `It could not be started: ${error.message}`, hint: 'Read its log, then start it again.' };
  }
}
