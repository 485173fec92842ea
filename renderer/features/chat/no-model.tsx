// Says honestly that nothing can answer yet, why, and what to do next.

import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { assertNever } from '../../../shared/errors.ts';
import { LinkQuestion } from '../../markdown/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Icon } from '../../ui/index.ts';
import type { ModelState } from './model-state.ts';

const ollamaPage = 'https://ollama.com/download';

export function NoModel({ model, checking, onCheck }: { model: ModelState; checking: boolean; onCheck: () => void }): ReactNode {
  const t = useT('chat');
  const [, go] = useLocation();
  const [link, setLink] = useState(false);
  if (model.kind === 'ready' || model.kind === 'checking') return null;
  const words = wordsOf(model, t);
  const isOllama = model.kind === 'unreachable' && model.provider.config.type === 'ollama';
  return (
    <div className="chat-no-model" role="status">
      <Icon name="cpu" size={16} />
      <div className="chat-no-model-words">
        <p className="chat-no-model-title">{words.title}</p>
        <p>{words.next}</p>
        <div className="chat-no-model-actions">
          <Button size="s" onClick={() => go('/settings/models')}>
            {t('openModels')}
          </Button>
          {isOllama && (
            <Button size="s" variant="ghost" onClick={() => setLink(true)}>
              {t('getOllama')}
            </Button>
          )}
          <Button size="s" variant="ghost" disabled={checking} onClick={onCheck}>
            {checking ? t('checkingAgain') : t('checkAgain')}
          </Button>
        </div>
      </div>
      {link && <LinkQuestion url={ollamaPage} onClose={() => setLink(false)} />}
    </div>
  );
}

type Words = { title: string; next: string };

function wordsOf(model: Exclude<ModelState, { kind: 'ready' | 'checking' }>, t: ReturnType<typeof useT<'chat'>>): Words {
  switch (model.kind) {
    case 'unreachable': {
      const { title, baseUrl, type } = model.provider.config;
      const next = type === 'ollama' ? t('model.unreachableOllama', { url: baseUrl }) : t('model.unreachableOther', { url: baseUrl });
      return { title: t('model.unreachable', { title }), next };
    }
    case 'no-models':
      return { title: t('model.noModels', { title: model.provider.config.title }), next: t('model.noModelsNext') };
    case 'not-installed':
      return { title: t('model.notInstalled', { name: model.name }), next: t('model.notInstalledNext') };
    case 'no-provider':
      return { title: t('model.noProvider'), next: t('model.noProviderNext') };
    default:
      return assertNever(model, 'model state');
  }
}
