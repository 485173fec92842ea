// What a server offers to read: each resource as a line that opens to its content, and templates with places to fill in.

import { type ReactNode, useState } from 'react';
import type { ResourceInfo } from '../../../shared/model/mcp.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { Button, ErrorState, Field, formatBytes, Icon, SearchField, SectionTitle, SkeletonRows } from '../../ui/index.ts';
import { CompleteInput } from './complete-input.tsx';
import { ResourceView } from './resource-view.tsx';
import { canAsk } from './state-words.ts';
import { filled, placesIn } from './uri-template.ts';

export function ResourcesTab({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  if (!canAsk(server)) return <p className="tools-quiet">{t('notRunning')}</p>;
  return <Resources server={server} />;
}

function Resources({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const list = useCall(
    (signal) => client.tools.listResources({ server: server.id }, { signal }),
    [server.id, server.startedAt, server.listsChanged],
  );
  const [query, setQuery] = useState('');
  if (list.error !== undefined && list.data === undefined) return <ErrorState error={list.error.toJSON()} onRetry={list.reload} />;
  if (list.data === undefined) return <SkeletonRows count={6} />;
  if (list.data.length === 0) return <p className="tools-quiet">{t('resources.none')}</p>;
  const wanted = query.trim().toLowerCase();
  const found = list.data.filter((each) => `${each.title} ${each.name} ${each.uri} ${each.description}`.toLowerCase().includes(wanted));
  const plain = found.filter((each) => !each.isTemplate);
  const templates = found.filter((each) => each.isTemplate);
  return (
    <div className="flex flex-col gap-6">
      {list.data.length > 8 ? (
        <SearchField label={t('resources.search')} value={query} onChange={setQuery} className="w-full max-w-72" />
      ) : null}
      {found.length === 0 ? <p className="tools-quiet">{t('resources.noneFound')}</p> : null}
      {templates.length === 0 ? null : (
        <section>
          <SectionTitle count={templates.length}>{t('resources.templates')}</SectionTitle>
          <p className="tools-quiet mb-1">{t('resources.templatesText')}</p>
          <Lines server={server} resources={templates} />
        </section>
      )}
      {plain.length === 0 ? null : (
        <section>
          <SectionTitle count={plain.length}>{t('resources.list')}</SectionTitle>
          <Lines server={server} resources={plain} />
        </section>
      )}
    </div>
  );
}

function Lines({ server, resources }: { server: ServerStatus; resources: readonly ResourceInfo[] }): ReactNode {
  const [open, setOpen] = useState<string>();
  return (
    <ul className="tools-list">
      {resources.map((each) => {
        const isOpen = open === each.uri;
        const title = visibleText(each.title === '' ? each.name : each.title);
        return (
          <li key={each.uri}>
            <button type="button" className="tools-line" aria-expanded={isOpen} onClick={() => setOpen(isOpen ? undefined : each.uri)}>
              <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
              <span className="max-w-[45%] shrink-0 truncate text-base">{title}</span>
              <span className="tools-about font-mono">{visibleText(each.uri)}</span>
              <span className="tabular shrink-0 text-ink-3 text-xs max-[1000px]:hidden">
                {[each.mimeType, each.size === undefined ? undefined : formatBytes(each.size)]
                  .filter((part) => part !== undefined)
                  .join(' · ')}
              </span>
            </button>
            {isOpen ? (
              <div className="tools-open">
                {each.description === '' ? null : <p className="tools-words">{visibleText(each.description)}</p>}
                {each.isTemplate ? (
                  <Template server={server} template={each} />
                ) : (
                  <ResourceView server={server} uri={each.uri} name={title} />
                )}
              </div>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

function Template({ server, template }: { server: ServerStatus; template: ResourceInfo }): ReactNode {
  const t = useT('tools');
  const places = placesIn(template.uri);
  const [values, setValues] = useState<Record<string, string>>({});
  const [uri, setUri] = useState<string>();
  const completes = server.about?.capabilities.includes('completions') ?? false;
  return (
    <>
      <form
        className="flex max-w-[560px] flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setUri(filled(template.uri, values));
        }}
      >
        {places.map((place) => (
          <Field key={place} label={visibleText(place)} required>
            <CompleteInput
              server={server.id}
              about={completes ? { resource: template.uri } : undefined}
              argument={place}
              value={values[place] ?? ''}
              context={Object.fromEntries(Object.entries(values).filter(([name]) => name !== place))}
              onChange={(value) => setValues({ ...values, [place]: value })}
            />
          </Field>
        ))}
        <div>
          <Button type="submit" variant="primary" disabled={places.some((place) => (values[place] ?? '') === '')}>
            {t('resources.read')}
          </Button>
        </div>
      </form>
      {uri === undefined ? null : <ResourceView key={uri} server={server} uri={uri} name={uri} />}
    </>
  );
}
