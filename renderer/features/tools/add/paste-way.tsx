// Configurations of other programs on this machine, and one that is pasted.

import { type ReactNode, useState } from 'react';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Badge, Button, ErrorNote, Field, Icon, SectionTitle, SkeletonRows, TextArea } from '../../../ui/index.ts';
import type { WayProps } from './way.ts';

export function PasteWay({ isBusy, onLook }: WayProps): ReactNode {
  const t = useT('tools');
  const [text, setText] = useState('');
  return (
    <>
      <Found isBusy={isBusy} onLook={onLook} />
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') onLook({ kind: 'text', text });
        }}
      >
        <Field label={t('new.paste.label')} hint={t('new.paste.hint')}>
          <TextArea
            mono
            rows={8}
            spellCheck={false}
            autoComplete="off"
            placeholder={t('new.paste.example')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Field>
        <div>
          <Button type="submit" variant="primary" loading={isBusy} disabled={text.trim() === ''}>
            {t('new.paste.look')}
          </Button>
        </div>
      </form>
    </>
  );
}

function Found({ isBusy, onLook }: WayProps): ReactNode {
  const t = useT('tools');
  const { data, error } = useCall((signal) => client.servers.listFound(undefined, { signal }), []);
  return (
    <section>
      <SectionTitle>{t('new.paste.found')}</SectionTitle>
      <p className="tools-quiet mb-1">{t('new.paste.foundText')}</p>
      {error !== undefined ? (
        <ErrorNote error={error.toJSON()} />
      ) : data === undefined ? (
        <SkeletonRows count={3} />
      ) : data.length === 0 ? (
        <p className="tools-quiet">{t('new.paste.noneFound')}</p>
      ) : (
        <ul className="tools-list">
          {data.map((each) => (
            <li key={each.path}>
              <button
                type="button"
                className="tools-line"
                disabled={isBusy || each.error !== undefined}
                onClick={() => onLook({ kind: 'found', path: each.path })}
              >
                <Icon name="file-json" size={14} />
                <span className="shrink-0 font-medium">{each.program}</span>
                <span className="tools-about font-mono" title={each.error ?? each.path}>
                  {each.error ?? each.path}
                </span>
                {each.error === undefined ? (
                  <Badge>{t('new.paste.servers', { count: each.servers ?? 0 })}</Badge>
                ) : (
                  <Badge tone="bad">{t('new.paste.unreadable')}</Badge>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
