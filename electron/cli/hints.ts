// Hints are written for whoever reads them in the window. At a terminal they say what to type; where only the window can do it, how one
// gets there. Pure.

import type { AppErrorShape } from '../../shared/errors.ts';

/** What stands in the place of “Reload the list.”, by what is not there any more. */
const lists: Readonly<Record<string, string>> = {
  'grant-not-found': '`orrery grants` lists them with their numbers.',
  'agent-not-found': '`orrery chat --agent NAME` takes one by its name.',
  'server-not-found': '`orrery tools` lists the tools and whose they are.',
  'catalogue-entry-not-found': '`orrery tools catalogue` lists those there are.',
  'memory-not-found': '`orrery memory search TEXT` finds what is remembered.',
  'workflow-not-found': '`orrery jobs` and `orrery runs` name workflows; `orrery import FILE` stores one.',
  'job-not-found': '`orrery jobs` lists them with their numbers.',
  'due-not-found': '`orrery jobs past --missed` lists what was missed.',
  'run-not-found': '`orrery runs` lists them with their numbers.',
  'client-not-found': '`orrery programs` lists them.',
  'node-not-kept': '`orrery doctor` says which are kept.',
};

const replaced: readonly (readonly [RegExp, string])[] = [
  [/^Reload the list of runs\.$/, '`orrery runs` lists them with their numbers.'],
  [/^Reload the run\.$/, '`orrery runs show NUMBER` shows it as it is now.'],
  [/^Reload the list of jobs\.$/, '`orrery jobs` lists them with their numbers.'],
  [/^Reload the list of workflows\.$/, '`orrery import FILE` stores one.'],
  [/^Reload the queue\.$/, '`orrery queue` shows it as it is now.'],
  [/^Reload the inbox\.$|^Answer it again in the inbox\.$/, '`orrery inbox` shows what waits.'],
  [/reload the inbox to see it\.$/, '`orrery inbox list --answered` shows it.'],
  [/^Reload, look at it again, and answer then\.$/, 'Look at it again with `orrery inbox`, and answer then.'],
  [/, and answer in the inbox\.$/, ', and answer with `orrery inbox`.'],
  [
    /^The window and the host are of different versions: reload the window\.$/,
    'The command line and the host are of different versions: end the host and start it again.',
  ],
  [/^Open the Vault page\.$/, '`orrery vault` shows it.'],
  [/^Reload\b.*\.$/, 'Try it once more.'],
  [/^Look at its output on the Tools page, then try again\.$/, '`orrery tools logs ID` shows its output; then try again.'],
  [/^Look at its tools on the Tools page\.$|^The Tools page lists those there are\.$/, '`orrery tools` lists those there are.'],
  [/\bTurn “Offline” off in the status bar(?: or in Settings › Network)?,/, 'Turn it off with `orrery offline off`,'],
  [/\b([Ss])et a passphrase on the Vault page\b/, '$1et a passphrase with `orrery vault passphrase`'],
  [/^Sign in on its page\.$/, 'Sign in with `orrery tools sign-in ID`.'],
  [/^Sign in again on its page\b/, 'Sign in again with `orrery tools sign-in ID`'],
  [/ on its Permissions tab\b/, ' with `orrery tools allow ID`'],
  [/^Let (.+) use more tokens a day on its page\b/, 'Let $1 use more tokens a day with `orrery tools allow ID --tokens NUMBER`'],
  [/\blet it use more tokens a day on its page\b/, 'let it use more tokens a day with `orrery tools allow ID --tokens NUMBER`'],
  [
    /^Give it tokens for each day on its page\b[^.]*?(, if it should)?\.$/,
    'Give it tokens for each day with `orrery tools allow ID --tokens NUMBER`$1.',
  ],
  [/^Make one in Orrery under Settings, Programs, and/, 'Make one with `orrery programs add NAME`, and'],
  [/^Let it in again under Settings, Programs, if it should be\b/, 'Let it in again with `orrery programs let-in NAME`, if it should be'],
  [/^Make it a new token\.$/, 'Make it a new token with `orrery programs add NAME`.'],
  [
    /^Choose another name, or revoke that one first\.$/,
    'Choose another name, or revoke that one first with `orrery programs revoke NAME`.',
  ],
  [/^Add it on the Tools page,/, 'Add it with `orrery tools add`,'],
  [/^Add it on the Vault page,/, 'Add it with `orrery vault add NAME`,'],
  [
    /^Look at its log; then remove it, or let it start again on its page\.$/,
    'Look at its log with `orrery tools logs ID`; then let it start again with `orrery tools release ID`.',
  ],
  [/\bon the Grants page\b|\bthe Grants page\b/, 'on the Grants page (`orrery grants` lists what stands)'],
];

/** What only the window has. Pages of the web and settings of other programs are not meant. */
const ofWindow =
  /\bon (?:its|the [A-Z]\w+) page\b|\b(?:its|the agent’s|the server’s) page\b|\bIts page\b|\b(?:in|under) Settings\b|Settings ›|status bar|\btab\b|the server’s settings|into its settings|in the editor\b/;
const whereThatIs = 'That is in Orrery’s window: `orrery serve` gives an address that shows it in a browser.';

/** As a person at a terminal can follow it. */
export function terminalHint({ code = '', hint }: Partial<Pick<AppErrorShape, 'code' | 'hint'>>): string | undefined {
  if (hint === undefined) return undefined;
  const listed = /^Reload the list\b[^.]*\.$/.test(hint) && Object.hasOwn(lists, code) ? lists[code] : undefined;
  if (listed !== undefined) return listed;
  const said = replaced.reduce((text, [from, to]) => text.replace(from, to), hint);
  return ofWindow.test(said) ? `${said} ${whereThatIs}` : said;
}
