import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { Badge, CodeBlock, Collapse, Icon, SearchField, SectionTitle, SkeletonRows } from '../../ui/index.ts';
import { argumentsOf } from './schema-words.ts';

const TryTool = lazy(() => import('./try-tool.tsx').then((module) => ({ default: module.TryTool })));

/** Every tool as a line that opens to its words, its form and its schema. */
export function ToolList({ tools, canCall }: { tools: readonly ToolInfo[]; canCall: boolean }): ReactNode {
  const t = useT('tools');
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState<string>();
  const wanted = query.trim().toLowerCase();
  const shown = tools.filter((tool) => `${tool.name} ${tool.title} ${tool.description}`.toLowerCase().includes(wanted));
  return (
    <section aria-label={t('tools')}>
      <SectionTitle
        count={tools.length}
        actions={tools.length > 8 ? <SearchField label={t('searchTools')} value={query} onChange={setQuery} className="w-52" /> : undefined}
      >
        {t('tools')}
      </SectionTitle>
      <ul className="tools-list">
        {shown.map((tool) => (
          <li key={tool.name}>
            <button
              type="button"
              className="tools-line"
              aria-expanded={open === tool.name}
              onClick={() => setOpen(open === tool.name ? undefined : tool.name)}
            >
              <Icon name={open === tool.name ? 'chevron-down' : 'chevron-right'} size={14} />
              <span className="tools-name">{visibleText(tool.name)}</span>
              <span className="tools-about">{visibleText(tool.description.split('\n')[0] ?? '')}</span>
              <Effects tool={tool} />
            </button>
            {open === tool.name && <Opened tool={tool} canCall={canCall} />}
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="tools-quiet">{t('noneFound')}</p>}
    </section>
  );
}

function Effects({ tool }: { tool: ToolInfo }): ReactNode {
  const t = useT('tools');
  if (tool.unaccepted !== undefined) return <Badge tone="wait">{t(`unaccepted.${tool.unaccepted.kind}`)}</Badge>;
  if (tool.readOnly) return <Badge>{t('readOnly')}</Badge>;
  if (tool.destructive) return <Badge className="text-bad">{t('destructive')}</Badge>;
  return null;
}

function Opened({ tool, canCall }: { tool: ToolInfo; canCall: boolean }): ReactNode {
  const t = useT('tools');
  return (
    <div className="tools-open">
      {(tool.description.includes('\n') || tool.description.length > 80) && <p className="tools-words">{visibleText(tool.description)}</p>}
      <Suspense fallback={<SkeletonRows count={3} />}>
        <TryTool tool={tool} canCall={canCall} />
      </Suspense>
      <div>
        <Arguments tool={tool} />
        <Collapse title={t('schema')}>
          <CodeBlock copy maxHeight={320} aria-label={t('schema')}>
            {visibleText(JSON.stringify(tool.inputSchema, null, 2))}
          </CodeBlock>
        </Collapse>
        {tool.outputSchema === undefined ? null : (
          <Collapse title={t('outputSchema')}>
            <CodeBlock copy maxHeight={320} aria-label={t('outputSchema')}>
              {visibleText(JSON.stringify(tool.outputSchema, null, 2))}
            </CodeBlock>
          </Collapse>
        )}
      </div>
    </div>
  );
}

/** The schema as people read it: one argument a line. */
function Arguments({ tool }: { tool: ToolInfo }): ReactNode {
  const t = useT('tools');
  const rows = argumentsOf(tool.inputSchema);
  return (
    <Collapse title={t('arguments')} meta={rows.length === 0 ? t('argumentsNone') : rows.length}>
      {rows.length === 0 ? null : (
        <table className="tools-arguments" aria-label={t('arguments')}>
          <thead className="sr-only">
            <tr>
              <th scope="col">{t('argName')}</th>
              <th scope="col">{t('argType')}</th>
              <th scope="col">{t('argAbout')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{visibleText(row.name)}</th>
                <td className="tools-mono">{visibleText(row.type)}</td>
                <td>
                  {row.required ? (
                    <span className="text-ink">
                      {t('argRequired')}
                      {row.about === '' ? '' : '; '}
                    </span>
                  ) : null}
                  {visibleText(row.about)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Collapse>
  );
}
