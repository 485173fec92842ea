import { z } from 'zod';
import { missedRule } from '../../../shared/model/job.ts';
import { missedField, triggerOutput } from '../../../shared/model/trigger-parts.ts';
import { defineNode } from './define-node.ts';

const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** From the root, a drive or the home folder on. */
const isWhole = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\|~(?=$|[\\/]))/.test(path);

export const filesTriggerNode = defineNode({
  kind: 'trigger.files',
  version: 1,
  family: 'trigger',
  title: 'Files change',
  description: 'Starts the workflow when files in a folder are added, changed or removed, once their writing has come to rest.',
  icon: 'folder-sync',
  keywords: ['watch', 'folder', 'file', 'changed', 'new', 'download', 'start', 'trigger'],
  effect: 'none',
  needs: [],
  control: 'trigger',
  inputs: [],
  outputs: [triggerOutput('What changed', { event: 'string', path: 'string', name: 'string', files: 'array' })],
  config: z.object({
    path: z.string().trim().min(1, 'needs a folder').max(4096),
    pattern: z.string().trim().max(400).default(''),
    recursive: z.boolean().default(false),
    added: z.boolean().default(true),
    changed: z.boolean().default(false),
    removed: z.boolean().default(false),
    settleMs: z.number().int().min(100).max(600_000).default(1000),
    batch: z.enum(['each', 'list']).default('each'),
    missed: missedRule.default('all'),
  }),
  defaults: {
    path: '',
    pattern: '',
    recursive: false,
    added: true,
    changed: false,
    removed: false,
    settleMs: 1000,
    batch: 'each',
    missed: 'all',
  },
  fields: [
    { key: 'path', label: 'Folder or file', kind: 'folder', required: true, help: 'Its job must be allowed to use it.' },
    { key: 'pattern', label: 'Only names like', kind: 'text', placeholder: '*.{pdf,docx}', help: 'Empty: every file.' },
    { key: 'recursive', label: 'Folders inside it too', kind: 'toggle' },
    { key: 'added', label: 'When a file is added', kind: 'toggle' },
    { key: 'changed', label: 'When a file is changed', kind: 'toggle' },
    { key: 'removed', label: 'When a file is removed', kind: 'toggle' },
    {
      key: 'batch',
      label: 'Several at once',
      kind: 'select',
      options: [
        { value: 'each', label: 'One run for each file' },
        { value: 'list', label: 'One run with the list of files' },
      ],
    },
    missedField(
      'Missed changes',
      {
        skip: 'Skip: changes while closed start nothing',
        once: 'Once: one run with the list of them',
        all: 'All: as if they had happened now, at most 1,000 files',
      },
      'What changed while Orrery was closed is found by comparing the folder at the next start.',
    ),
    {
      key: 'settleMs',
      label: 'Wait until unchanged for',
      kind: 'number',
      min: 100,
      max: 600_000,
      unit: 'ms',
      advanced: true,
      help: 'So that no half-written file is told of.',
    },
  ],
  summary: '{{ path }} {{ pattern }}',
  trigger: {
    source: 'files',
    timing: ['settleMs'],
    describe({ path, pattern, added, changed, removed }) {
      const what = [added && 'added', changed && 'changed', removed && 'removed'].filter((each) => each !== false);
      const files = pattern === '' ? 'a file' : pattern;
      return `When ${files} is ${what.length === 0 ? 'changed' : what.join(' or ')} in ${path}`;
    },
  },
  check: ({ path, added, changed, removed }) => [
    ...(isWhole(path)
      ? []
      : [
          {
            field: 'path',
            message: `must be a whole path such as /home/me/in or ~/in, not ${path.slice(0, 80)}: a job has no folder that it starts in`,
          },
        ]),
    ...(added || changed || removed ? [] : [{ field: 'added', message: 'must start on something: added, changed or removed' }]),
  ],
  async run({ config }) {
    const file = { event: 'added', path: config.path, name: nameOf(config.path), size: 0, modifiedAt: 0 };
    return { out: config.batch === 'list' ? { files: [file] } : file };
  },
});
