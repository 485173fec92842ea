import { hostEntry } from '../../../../shared/host-name.ts';
import { useT } from '../../../strings/index.ts';
import { AddLine, Field, Icon, IconButton, SectionTitle, Switch } from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';
import { type Change, WithSettings } from '../use-settings-form.tsx';

function Hosts({ hosts, change }: { hosts: readonly string[]; change: Change }) {
  const t = useT('settings');
  const isAny = hosts.includes('*');
  const named = hosts.filter((host) => host !== '*');
  const add = (text: string): string | Promise<boolean> => {
    const host = hostEntry(text);
    if (host === null) return t('network.bad');
    if (hosts.includes(host)) return t('network.already', { host });
    return change({ allowedHosts: [...hosts, host] });
  };
  return (
    <>
      <Field inline label={t('network.any')} hint={t('network.anyHint')}>
        <Switch checked={isAny} onChange={(isOn) => void change({ allowedHosts: isOn ? ['*', ...named] : named })} />
      </Field>
      <section className="flex flex-col gap-2 border-line border-t pt-4">
        <SectionTitle count={named.length}>{t('network.hosts')}</SectionTitle>
        {named.length === 0 ? (
          isAny ? null : (
            <p className="m-0 flex items-center gap-2 text-ink-2">
              <Icon name="wifi-off" size={15} /> {t('network.none')}
            </p>
          )
        ) : (
          <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
            {named.map((host) => (
              <li key={host} className="flex h-[34px] items-center gap-2">
                <span className="min-w-0 flex-1 truncate font-mono text-sm">{host}</span>
                <IconButton
                  icon="x"
                  label={t('network.remove', { host })}
                  onClick={() => void change({ allowedHosts: hosts.filter((other) => other !== host) })}
                />
              </li>
            ))}
          </ul>
        )}
        <AddLine mono label={t('network.hosts')} placeholder={t('network.placeholder')} action={t('network.add')} onAdd={add} />
      </section>
    </>
  );
}

function Network() {
  const t = useT('settings');
  return (
    <>
      <p className="m-0 text-ink-2">{t('network.intro')}</p>
      <WithSettings>
        {(settings, change) => (
          <>
            <Field inline label={t('network.offline')} hint={t('network.offlineHint')}>
              <Switch checked={settings.offline} onChange={(offline) => void change({ offline })} />
            </Field>
            <Hosts hosts={settings.allowedHosts} change={change} />
          </>
        )}
      </WithSettings>
    </>
  );
}

export const networkPage: SettingsPageSpec = {
  id: 'network',
  icon: 'globe',
  order: 40,
  words: 'offline internet hosts web allowed',
  Content: Network,
};
