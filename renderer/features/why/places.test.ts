// From whatever an action leaves behind there is a way of one or two clicks to who did it, why it was allowed, and back. A new kind of
// change without such a place fails here.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ChangeKind, changeKind } from '../../../shared/model/change.ts';

const features = path.resolve(import.meta.dirname, '..');
const source = (file: string): string => readFileSync(path.join(features, file), 'utf8');

/** The page that shows a thing of this kind, and what on it leads there. */
const places: Record<ChangeKind, readonly [file: string, leads: RegExp][]> = {
  file: [
    ['chat/step.tsx', /<WhyAllowed run=/],
    ['runs/step-body.tsx', /<WhyAllowed key=/],
    ['workflow/inspector/step-data.tsx', /<WhyAllowed key=/],
    ['history/change-row.tsx', /<WhyAllowed run=/],
  ],
  folder: [['history/change-row.tsx', /<WhyAllowed run=/]],
  setting: [['settings/settings-page.tsx', /<LastSetting /]],
  memory: [['memory/item-detail.tsx', /<LastChange kind="memory"/]],
  workflow: [['workflow/settings/workflow-settings.tsx', /<LastChange kind="workflow"/]],
  agent: [['agents/agent-editor.tsx', /<LastChange kind="agent"/]],
  job: [['jobs/job-facts.tsx', /<LastChange kind="job"/]],
  server: [['tools/overview.tsx', /<LastChange kind="server"/]],
  grant: [['grants/grant-detail.tsx', /routes\.log\('grant', id\)/]],
  secret: [['vault/secret-detail.tsx', /<LastChange kind="secret"/]],
  client: [['settings/programs/program-row.tsx', /<LastChange kind="client"/]],
};

describe('the way from a result to who and why', () => {
  it.each(changeKind.options)('of a change of kind %s', (kind) => {
    const ways = places[kind];
    expect(ways.length, 'show LastChange of features/why where such a thing is shown').toBeGreaterThan(0);
    for (const [file, leads] of ways) expect(source(file), file).toMatch(leads);
  });

  it('of a run, of a question and of an answer in a chat', () => {
    expect(source('runs/run-header.tsx')).toMatch(/routes\.log\('run', run\.id\)/);
    expect(source('inbox/inbox-detail.tsx')).toMatch(/<WhyAllowed run=/);
    expect(source('chat/step.tsx')).toMatch(/stepOfCall/);
  });

  it('is named by no page that shows nothing of that kind', () => {
    const named = readdirSync(features, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) => [...source(file).matchAll(/<LastChange kind="(\w+)"/g)].map(([, kind]) => kind));
    expect(named.filter((kind) => !changeKind.options.includes(kind as ChangeKind))).toEqual([]);
  });
});
