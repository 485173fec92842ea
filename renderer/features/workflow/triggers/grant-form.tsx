// A job's grant as a form: tools, folders, hosts. What is not in it waits in the inbox.

import type { Grant } from '../../../../shared/model/grant.ts';
import { useT } from '../../../strings/index.ts';
import { AddLine, Checkbox, SectionTitle } from '../../../ui/index.ts';
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
        hint: t('foldersHint'),
        none: t('noFolders'),
        pick: t('pickFolder'),
      }}
    />
  );
}

function Hosts({ grant, onChange }: Props) {
  const t = useT('triggers');
  const hosts = grant.hosts ?? [];
  const named = hosts.filter((host) => host !== '*');
  const isAny = hosts.includes('*');
  const set = (next: string[]): void => onChange({ ...grant, hosts: next });
  const add = (text: string): true | string => {
    const host = cleanHost(text);
    if (host === null) return t('badHost');
    if (!hosts.includes(host)) set([...hosts, host]);
    return true;
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
      <div className="pt-1">
        <AddLine mono label={t('hosts')} placeholder={t('hostPlaceholder')} action={t('addHost')} onAdd={add} />
      </div>
    </section>
  );
}
