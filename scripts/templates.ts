// What `npm run new` writes. Each template is a small thing that really works and passes every check; its words and its work are
// then changed to what is wanted.

export interface NewFile {
  path: string;
  text: string;
}

export const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
export const words = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll('-', ' ');

const families = ['trigger', 'flow', 'data', 'tool', 'model', 'memory', 'person', 'output'];

export function nodeFiles(name: string, kind: string): NewFile[] {
  const group = kind.split('.')[0] ?? '';
  const exported = `${camel(name)}Node`;
  const folder = 'electron/runtime/nodes';
  return [
    {
      path: `${folder}/${name}.node.ts`,
      text: `import { z } from 'zod';
import { textSchema } from '../../../shared/model/json-schema.ts';
import { defineNode } from './define-node.ts';

export const ${exported} = defineNode({
  kind: '${kind}',
  version: 1,
  family: '${families.includes(group) ? group : 'data'}',
  title: '${words(name)}',
  description: 'Puts a text in front of its input.',
  icon: 'square',
  keywords: ['${name}'],
  effect: 'none',
  needs: [],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'out', label: 'Text', schema: textSchema }],
  config: z.object({ text: z.string().max(1000), before: z.string().max(1000) }),
  defaults: { text: '{{ input }}', before: '' },
  fields: [
    { key: 'text', label: 'Text', kind: 'template', lines: 2, required: true },
    { key: 'before', label: 'In front of it', kind: 'text' },
  ],
  async run({ config }) {
    return { out: \`\${config.before}\${config.text}\` };
  },
});
`,
    },
    {
      path: `${folder}/${name}.node.test.ts`,
      text: `import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { ${exported} } from './${name}.node.ts';

test('puts its text in front of its input', async () => {
  const node = openNode(${exported});
  const end = await node.run({ text: '{{ input }}', before: 'Note: ' }, { given: ['kept'] });
  expect(end.outputs).toEqual({ out: 'Note: kept' });
});
`,
    },
  ];
}

export function serverFiles(name: string): NewFile[] {
  const exported = `${camel(name)}Server`;
  const folder = 'electron/tool-servers';
  return [
    {
      path: `${folder}/${name}.server.ts`,
      text: `// ${words(name)}: say here what this server is for, and what it must not do.

import { z } from 'zod';
import { defineServer, defineTool } from './define-server.ts';

const timeNow = defineTool({
  name: '${name.replaceAll('-', '_')}_time',
  title: 'Time of this server',
  description: 'The time as this server sees it, in ISO form.',
  input: z.object({}),
  output: { type: 'object', properties: { iso: { type: 'string' } }, required: ['iso'] },
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(_input, { use }) {
    const iso = new Date(use.clock.now()).toISOString();
    return { text: iso, structured: { iso } };
  },
});

export const ${exported} = defineServer({
  id: '${name}',
  title: '${words(name)}',
  description: 'Tells the time.',
  needs: ['clock'],
  tools: [timeNow],
});
`,
    },
    {
      path: `${folder}/${name}.server.test.ts`,
      text: `import { expect, test } from 'vitest';
import { BuiltInServer } from '../adapters/mcp/built-in.ts';
import type { Log } from '../runtime/ports.ts';
import { ${exported} } from './${name}.server.ts';

const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

test('‘${name}’ answers over the in-memory MCP transport', async () => {
  const clock = { now: () => Date.UTC(2026, 0, 2), sleep: async () => undefined };
  const server = new BuiltInServer(${exported}, { clock }, { version: '0.0.0', log, now: () => 0, changed: () => undefined });
  try {
    expect(server.definition.id).toBe('${name}');
    const options = { signal: new AbortController().signal, folders: [], source: { kind: 'person' as const } };
    const result = await server.call('${name.replaceAll('-', '_')}_time', {}, options);
    expect(result).toMatchObject({ isError: false, structured: { iso: '2026-01-02T00:00:00.000Z' } });
  } finally {
    await server.close();
  }
});
`,
    },
  ];
}

export function pageFiles(name: string): NewFile[] {
  const exported = `${camel(name)}Page`;
  const component = camel(`-${name}`);
  const folder = 'renderer/features/settings/pages';
  return [
    {
      path: `${folder}/${name}.page.tsx`,
      text: `import { useT } from '../../../strings/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';

function ${component}() {
  const t = useT('settings');
  return <p className="m-0 text-ink-2">{t('about.doctor')}</p>;
}

export const ${exported}: SettingsPageSpec = {
  id: '${camel(name)}',
  icon: 'settings',
  order: 80,
  words: '${name.replaceAll('-', ' ')}',
  Content: ${component},
};
`,
    },
    {
      path: `${folder}/${name}.page.test.tsx`,
      text: `import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { settings } from '../../../strings/en/settings.ts';
import { ${exported} } from './${name}.page.tsx';

test('is drawn', () => {
  expect(renderToStaticMarkup(createElement(${exported}.Content))).toContain(settings.about.doctor);
});
`,
    },
  ];
}
