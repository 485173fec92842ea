import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const noteNode = defineNode({
  kind: 'note.text',
  version: 1,
  family: 'note',
  title: 'Note',
  description: 'Words on the canvas for whoever reads the workflow. It never runs.',
  icon: 'sticky-note',
  keywords: ['comment', 'text', 'explain'],
  effect: 'none',
  needs: [],
  inputs: [],
  outputs: [],
  config: z.object({ text: z.string().max(10_000) }),
  defaults: { text: '' },
  fields: [{ key: 'text', label: 'Text', kind: 'long-text' }],
  control: 'note',
  async run() {
    return {};
  },
});
