// A job's grant as a form: tools, folders, hosts. What is not in it waits in the inbox.

import { useState } from 'react';
import type { Grant } from '../../../../shared/model/grant.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Checkbox, Input, SectionTitle } from '../../../ui/index.ts';
import { FolderList, GrantLines, ToolPicker } from '../../agents/index.ts';
import { cleanHost } from '../../settings/index.ts';
import { pickedOf, withPicked } from '../model/trigger-grant.ts';

interface Props {
  grant: Grant;
  onChange(grant: Grant): void;
}

export function GrantForm({ grant, onChange }: Props) {
  const t = useT('triggers');
  return (
    <>
      <section className="flex flex-col gap-1">
        <SectionTitle>{t('tools')}</SectionTitle>
        <p className="m-0 pb-1 text-ink-3 text-sm">{t('toolsHint')}</p>
        <ToolPicker
          hasEffects={false}
          draft={{ tools: pickedOf(grant), grant }}
          onChange={({ tools }) => tools !== undefined && onChange(withPicked(grant, tools))}
        />
      </section>
      <Folders grant={grant} onChange={onChange} />
      <Hosts grant={grant} onChange={onChange} />
    </>
  );
}

function Folders({ grant, onChange }: Props) {
  const t = useT('triggers');
  return (
    <FolderList
      folders={grant.folders}
      onChange={(folders) => onChange({ ...grant, folders })}
      words={{
        title: t('folders'),
        hint: t('foldersHint'),
        none: t('noFolders'),
        add: t('addFolder'),
        pick: t('pickFolder'),
        remove: (path) => t('removeFolder', { path }),
      }}
    />
  );
}

function Hosts({ grant, onChange }: Props) {
  const t = useT('triggers');
  const [text, setText] = useState('');
  const [isBad, setBad] = useState(false);
  const hosts = grant.hosts ?? [];
  const named = hosts.filter((host) => host !== '*');
  const isAny = hosts.includes('*');
  const set = (next: string[]): void => onChange({ ...grant, hosts: next });
  const add = () => {
    const host = cleanHost(text);
    setBad(host === null);
    if (host === null) return;
    if (!hosts.includes(host)) set([...hosts, host]);
    setText('');
  };
  return (
    <section className="flex flex-col gap-1">
      <SectionTitle>{t('hosts')}</SectionTitle>
      <p className="m-0 pb-1 text-ink-3 text-sm">{t('hostsHint')}</p>
      <Checkbox label={t('anyHost')} checked={isAny} onChange={(isOn) => set(isOn ? ['*', ...named] : named)} />
      {named.length > 0 && (
        <GrantLines
          icon="globe"
          values={named}
          removal={(host) => t('removeHost', { host })}
          onRemove={(host) => set(hosts.filter((other) => other !== host))}
        />
      )}
      {hosts.length === 0 && <p className="m-0 text-ink-2">{t('noHosts')}</p>}
      <div className="flex items-start gap-2 pt-1">
        <div className="min-w-0 flex-1">
          <Input
            mono
            aria-label={t('hosts')}
            aria-invalid={isBad}
            placeholder={t('hostPlaceholder')}
            value={text}
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              setBad(false);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || text.trim() === '') return;
              // The dialog's own form would be sent.
              event.preventDefault();
              add();
            }}
          />
          {isBad && (
            <div role="alert" className="mt-1 text-bad text-sm">
              {t('badHost')}
            </div>
          )}
        </div>
        <Button disabled={text.trim() === ''} onClick={add}>
          {t('addHost')}
        </Button>
      </div>
    </section>
  );
}
