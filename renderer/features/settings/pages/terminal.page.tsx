import { useState } from 'react';
import { useAppInfo } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Field, Input, toast } from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';
import { type Change, WithSettings } from '../use-settings-form.tsx';

function ShellForm({ shell, change }: { shell: string; change: Change }) {
  const t = useT('settings');
  const info = useAppInfo();
  const [text, setText] = useState(shell);
  const save = async (): Promise<void> => {
    if (await change({ terminalShell: text.trim() })) toast({ title: t('terminal.saved'), tone: 'ok' });
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label={t('terminal.shell')} hint={info?.can.terminal === false ? t('terminal.none') : t('terminal.hint')}>
        <Input
          mono
          spellCheck={false}
          placeholder={t('terminal.placeholder')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      <div>
        <Button type="submit" disabled={text.trim() === shell}>
          {t('terminal.save')}
        </Button>
      </div>
    </form>
  );
}

function Terminal() {
  return <WithSettings>{(settings, change) => <ShellForm shell={settings.terminalShell} change={change} />}</WithSettings>;
}

export const terminalPage: SettingsPageSpec = {
  id: 'terminal',
  icon: 'terminal',
  order: 50,
  words: 'shell bash zsh powershell',
  Content: Terminal,
};
