import { useAppInfo } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Field, SectionTitle, SegmentedControl, Switch } from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';
import { ShortcutField } from '../shortcut-field.tsx';
import { WithSettings } from '../use-settings-form.tsx';

function General() {
  const t = useT('settings');
  const info = useAppInfo();
  return (
    <WithSettings>
      {(settings, change) => (
        <>
          <section className="flex flex-col gap-4">
            <SectionTitle>{t('general.appearance')}</SectionTitle>
            <Field inline label={t('general.theme')}>
              <SegmentedControl
                aria-label={t('general.theme')}
                value={settings.theme}
                onChange={(theme) => void change({ theme })}
                items={[
                  { value: 'system', label: t('general.system'), icon: 'monitor' },
                  { value: 'light', label: t('general.light'), icon: 'sun' },
                  { value: 'dark', label: t('general.dark'), icon: 'moon' },
                ]}
              />
            </Field>
            <Field inline label={t('general.reduceMotion')} hint={t('general.reduceMotionHint')}>
              <Switch checked={settings.reduceMotion} onChange={(reduceMotion) => void change({ reduceMotion })} />
            </Field>
          </section>
          <section className="flex flex-col gap-4 border-line border-t pt-4">
            <SectionTitle>{t('general.desktop')}</SectionTitle>
            {info === undefined || info.host === 'desktop' ? null : (
              <p className="m-0 -mt-3 text-ink-3 text-sm">{t('general.desktopOnly', { host: info.host })}</p>
            )}
            <Field inline label={t('general.closeToTray')} hint={t('general.closeToTrayHint')}>
              <Switch checked={settings.closeToTray} onChange={(closeToTray) => void change({ closeToTray })} />
            </Field>
            <Field inline label={t('general.notifications')}>
              <Switch checked={settings.notifications} onChange={(notifications) => void change({ notifications })} />
            </Field>
            <Field inline label={t('general.quickShortcut')} hint={t('general.quickShortcutHint')}>
              <ShortcutField value={settings.quickShortcut} onChange={(quickShortcut) => void change({ quickShortcut })} />
            </Field>
          </section>
        </>
      )}
    </WithSettings>
  );
}

export const generalPage: SettingsPageSpec = {
  id: 'general',
  icon: 'sliders-horizontal',
  order: 10,
  words: 'theme dark light motion tray notifications shortcut quick command',
  Content: General,
};
