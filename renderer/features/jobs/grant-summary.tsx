// What a job may do without asking, in lines, and what each run is given.

import type { ReactNode } from 'react';
import type { Job } from '../../../shared/model/job.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, SectionTitle } from '../../ui/index.ts';
import { Fact, Facts } from './facts.tsx';
import { wordsOf } from './jobs-model.ts';

const written = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

const Quiet = ({ children }: { children: ReactNode }) => <span className="text-ink-2">{children}</span>;

const Mono = ({ lines }: { lines: readonly string[] }) =>
  lines.map((line) => (
    <div key={line} className="font-mono text-sm leading-5">
      {line}
    </div>
  ));

export function GrantSummary({ job, onEdit }: { job: Job; onEdit(): void }) {
  const t = useT('jobs');
  const short = useWithTilde();
  const { tools, denied, folders, hosts } = wordsOf(job.grant);
  const inputs = Object.entries(job.inputs);
  return (
    <section className="flex flex-col gap-2">
      <SectionTitle
        actions={
          <Button size="s" icon="shield-check" onClick={onEdit}>
            {t('edit')}
          </Button>
        }
      >
        {t('mayDo')}
      </SectionTitle>
      <p className="m-0 -mt-1.5 text-ink-3 text-sm">{t('mayDoText')}</p>
      <Facts>
        <Fact name={t('tools')}>
          {tools.length === 0 && <Quiet>{t('noTools')}</Quiet>}
          {tools
            .filter(({ tool }) => tool === undefined)
            .map(({ server }) => (
              <div key={server}>{t('allTools', { server })}</div>
            ))}
          <Mono lines={tools.flatMap(({ server, tool }) => (tool === undefined ? [] : [`${server}.${tool}`]))} />
          {denied.map((tool) => (
            <div key={tool} className="text-ink-2">
              {t('never', { tool })}
            </div>
          ))}
        </Fact>
        <Fact name={t('folders')}>{folders.length === 0 ? <Quiet>{t('noFolders')}</Quiet> : <Mono lines={folders.map(short)} />}</Fact>
        <Fact name={t('hosts')}>
          {hosts.length === 0 ? <Quiet>{t('noHosts')}</Quiet> : hosts.includes('*') ? t('anyHost') : <Mono lines={hosts} />}
        </Fact>
      </Facts>
      {inputs.length > 0 && (
        <>
          <SectionTitle className="mt-2">{t('inputs')}</SectionTitle>
          <Facts>
            {inputs.map(([name, value]) => (
              <Fact key={name} name={name}>
                <span className="line-clamp-3 font-mono text-sm leading-5">{short(written(value))}</span>
              </Fact>
            ))}
          </Facts>
        </>
      )}
    </section>
  );
}
