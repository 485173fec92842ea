// Templates that come with Orrery, each with a small picture of its graph. Using one makes a copy to change at will.

import { useState } from 'react';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, ErrorNote, SearchField, SkeletonRows } from '../../../ui/index.ts';
import './gallery.css';
import { Sketch } from './sketch.tsx';

type Template = Awaited<ReturnType<typeof client.workflows.listSamples>>[number];

const knownTags = ['data', 'files', 'memory', 'models', 'people', 'schedule', 'text', 'tools', 'triggers', 'web'] as const;
const isKnown = (tag: string): tag is (typeof knownTags)[number] => (knownTags as readonly string[]).includes(tag);

/** Every word that was typed is somewhere in its name, description or tags. */
const matches = (template: Template, query: string): boolean => {
  const text = `${template.name} ${template.description} ${template.tags.join(' ')}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

export function Gallery({ onUse }: { onUse(file: string): void }) {
  const t = useT('gallery');
  const templates = useCall((signal) => client.workflows.listSamples(undefined, { signal }), []);
  const [tag, setTag] = useState<string>();
  const [query, setQuery] = useState('');
  if (templates.error !== undefined) return <ErrorNote error={templates.error} />;
  if (templates.data === undefined) return <SkeletonRows count={4} tall />;
  if (templates.data.length === 0) return <p className="text-ink-3">{t('none')}</p>;
  const tags = [...new Set(templates.data.flatMap((template) => template.tags))].sort();
  // The small ones first, those that need a model last.
  const weight = (template: Template): number => template.nodeCount + (template.tags.includes('models') ? 1000 : 0);
  const ordered = templates.data.toSorted((a, b) => weight(a) - weight(b) || a.name.localeCompare(b.name));
  const shown = ordered.filter((template) => (tag === undefined || template.tags.includes(tag)) && matches(template, query));
  const word = (each: string): string => (isKnown(each) ? t(`tags.${each}`) : each);
  const clear = () => {
    setTag(undefined);
    setQuery('');
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <SearchField label={t('search')} value={query} onChange={setQuery} className="w-64 max-w-full" />
        <fieldset className="flex min-w-0 flex-wrap gap-1.5 border-0 p-0" aria-label={t('filter')}>
          {[undefined, ...tags].map((each) => (
            <button key={each ?? ''} type="button" className="wf-only" aria-pressed={tag === each} onClick={() => setTag(each)}>
              {each === undefined ? t('all') : word(each)}
            </button>
          ))}
        </fieldset>
      </div>
      {shown.length === 0 ? (
        <div className="flex items-center gap-3 py-4 text-ink-2">
          {t('none-found')}
          <Button onClick={clear}>{t('show-all')}</Button>
        </div>
      ) : (
        <ul className="wf-gallery">
          {shown.map((template) => (
            <li key={template.file}>
              <button type="button" className="wf-template" onClick={() => onUse(template.file)}>
                <span className="wf-template-picture">
                  <Sketch graph={template.sketch} />
                </span>
                <span className="wf-template-words">
                  <span className="font-medium text-ink">{template.name}</span>
                  <span className="wf-template-text">{template.description}</span>
                  <span className="flex items-baseline gap-2 pt-1">
                    <span className="tabular min-w-0 flex-1 truncate text-ink-3 text-sm">
                      {[t('nodes', { count: template.nodeCount }), ...template.tags.map(word)].join(' · ')}
                    </span>
                    <span className="wf-template-use">{t('use')}</span>
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
