// Prompts that a server offers: fill in their arguments, look at what comes, and take it into a chat.

import { type ReactNode, useState } from 'react';
import type { AttachmentSource } from '../../../shared/model/chat.ts';
import type { PromptInfo, PromptMessage } from '../../../shared/model/mcp.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ErrorNote, ErrorState, Field, Icon, SectionTitle, SkeletonRows } from '../../ui/index.ts';
import { CompleteInput } from './complete-input.tsx';
import { canAsk } from './state-words.ts';
import { ContentPart } from './tool-result-view.tsx';
import { UseInChat } from './use-in-chat.tsx';

export function PromptsTab({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  if (!canAsk(server)) return <p className="tools-quiet">{t('notRunning')}</p>;
  return <Prompts server={server} />;
}

function Prompts({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const list = useCall(
    (signal) => client.tools.listPrompts({ server: server.id }, { signal }),
    [server.id, server.startedAt, server.listsChanged],
  );
  const [open, setOpen] = useState<string>();
  if (list.error !== undefined && list.data === undefined) return <ErrorState error={list.error.toJSON()} onRetry={list.reload} />;
  if (list.data === undefined) return <SkeletonRows count={4} />;
  if (list.data.length === 0) return <p className="tools-quiet">{t('prompts.none')}</p>;
  return (
    <section>
      <SectionTitle count={list.data.length}>{t('prompts.list')}</SectionTitle>
      <ul className="tools-list">
        {list.data.map((prompt) => {
          const isOpen = open === prompt.name;
          return (
            <li key={prompt.name}>
              <button type="button" className="tools-line" aria-expanded={isOpen} onClick={() => setOpen(isOpen ? undefined : prompt.name)}>
                <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
                <span className="tools-name">{visibleText(prompt.name)}</span>
                <span className="tools-about">{visibleText(prompt.description)}</span>
              </button>
              {isOpen ? <Prompt server={server} prompt={prompt} /> : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Prompt({ server, prompt }: { server: ServerStatus; prompt: PromptInfo }): ReactNode {
  const t = useT('tools');
  const [values, setValues] = useState<Record<string, string>>({});
  const [messages, setMessages] = useState<readonly PromptMessage[]>();
  const task = useTask();
  const completes = server.about?.capabilities.includes('completions') ?? false;
  const isMissing = prompt.arguments.some((each) => each.required && (values[each.name] ?? '') === '');
  /** What the messages that are shown were asked with. */
  const [given, setGiven] = useState<Record<string, string>>({});
  const get = async (): Promise<void> => {
    const args = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    setMessages(await client.tools.getPrompt({ server: server.id, name: prompt.name, args }));
    setGiven(args);
  };
  return (
    <div className="tools-open">
      {prompt.description.length > 80 ? <p className="tools-words">{visibleText(prompt.description)}</p> : null}
      <form
        className="flex max-w-[560px] flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isMissing) void task.run(get);
        }}
      >
        {prompt.arguments.map((argument) => (
          <Field
            key={argument.name}
            label={visibleText(argument.name)}
            required={argument.required}
            {...(argument.description === '' ? {} : { hint: visibleText(argument.description) })}
          >
            <CompleteInput
              server={server.id}
              about={completes ? { prompt: prompt.name } : undefined}
              argument={argument.name}
              value={values[argument.name] ?? ''}
              context={Object.fromEntries(Object.entries(values).filter(([name]) => name !== argument.name))}
              onChange={(value) => setValues({ ...values, [argument.name]: value })}
            />
          </Field>
        ))}
        <div>
          <Button
            type="submit"
            variant="primary"
            loading={task.isBusy}
            disabled={isMissing}
            title={isMissing ? t('prompts.required') : undefined}
          >
            {t('prompts.get')}
          </Button>
        </div>
      </form>
      {task.error === undefined ? null : <ErrorNote error={task.error.toJSON()} />}
      {messages === undefined ? null : (
        <Messages server={server} messages={messages} source={{ kind: 'prompt', name: prompt.name, args: given }} />
      )}
    </div>
  );
}

interface MessagesProps {
  server: ServerStatus;
  messages: readonly PromptMessage[];
  source: AttachmentSource;
}

function Messages({ server, messages, source }: MessagesProps): ReactNode {
  const t = useT('tools');
  if (messages.length === 0) return <p className="tools-quiet">{t('prompts.noMessages')}</p>;
  return (
    <div className="flex flex-col gap-2.5" role="status">
      {messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place in the prompt
        <div key={index}>
          <div className="text-ink-3 text-sm">{t(`prompts.roles.${message.role}`)}</div>
          <ContentPart part={message.content} server={server.id} />
        </div>
      ))}
      <UseInChat server={server.id} source={source} />
    </div>
  );
}
