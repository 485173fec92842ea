import type { AgentDraft } from '../../../shared/model/agent.ts';
import { client, useCall } from '../../api/index.ts';
import { useSettings } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Combobox, Field, Input, SectionTitle, TextArea } from '../../ui/index.ts';
import { FolderList } from './folder-list.tsx';
import { ToolPicker } from './tool-picker.tsx';

export interface AgentFormProps {
  draft: AgentDraft;
  onChange(draft: AgentDraft): void;
  isNameTaken: boolean;
  wasTried: boolean;
}

function ModelField({ draft, onChange }: Pick<AgentFormProps, 'draft' | 'onChange'>) {
  const t = useT('agents');
  const settings = useSettings();
  const providers = useCall((signal) => client.models.listProviders({}, { signal }), []);
  const all = (providers.data ?? []).flatMap((provider) => provider.models.map((model) => ({ model, group: provider.config.title })));
  const chosen = all.find(({ model }) => model.ref === (draft.model ?? settings?.defaultModel))?.model;
  const standard = settings?.defaultModel;
  return (
    <Field label={t('model')} hint={chosen?.tools === false && draft.tools.length > 0 ? t('noToolsModel') : undefined}>
      <Combobox
        value={draft.model ?? ''}
        options={[
          {
            value: '',
            label: standard === undefined ? t('useDefault') : t('useDefaultNow', { model: standard.slice(standard.indexOf('/') + 1) }),
          },
          ...all.map(({ model, group }) => ({ value: model.ref, label: model.name, group, hint: model.parameters ?? '' })),
        ]}
        onChange={(model) => {
          const { model: _, ...rest } = draft;
          onChange(model === '' ? rest : { ...rest, model });
        }}
      />
    </Field>
  );
}

function Folders({ draft, onChange }: Pick<AgentFormProps, 'draft' | 'onChange'>) {
  const t = useT('agents');
  return (
    <FolderList
      folders={draft.grant.folders}
      onChange={(folders) => onChange({ ...draft, grant: { ...draft.grant, folders } })}
      words={{
        hint: t('foldersHint'),
        none: t('noFolders'),
        pick: t('pickFolder'),
      }}
    />
  );
}

export function AgentForm({ draft, onChange, isNameTaken, wasTried }: AgentFormProps) {
  const t = useT('agents');
  return (
    <div className="flex flex-col gap-5">
      <Field
        label={t('name')}
        error={wasTried && draft.name.trim() === '' ? t('nameNeeded') : undefined}
        hint={isNameTaken ? t('nameTaken') : undefined}
      >
        <Input
          maxLength={60}
          placeholder={t('namePlaceholder')}
          value={draft.name}
          onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        />
      </Field>
      <Field label={t('character')} hint={t('characterHint')}>
        <TextArea
          autoGrow
          rows={5}
          maxRows={20}
          maxLength={20_000}
          placeholder={t('characterPlaceholder')}
          value={draft.character}
          onChange={(event) => onChange({ ...draft, character: event.currentTarget.value })}
        />
      </Field>
      <div className="grid grid-cols-[1fr_160px] gap-3 max-[760px]:grid-cols-1">
        <ModelField draft={draft} onChange={onChange} />
        <Field label={t('maxSteps')}>
          <Input
            type="number"
            min={1}
            max={100}
            title={t('maxStepsHint')}
            value={draft.maxSteps}
            onChange={(event) => {
              const steps = Math.round(event.currentTarget.valueAsNumber);
              if (Number.isFinite(steps)) onChange({ ...draft, maxSteps: Math.min(100, Math.max(1, steps)) });
            }}
          />
        </Field>
      </div>
      <section className="flex flex-col gap-1">
        <SectionTitle>{t('tools')}</SectionTitle>
        <p className="m-0 pb-1 text-ink-3 text-sm">{t('toolsHint')}</p>
        <ToolPicker draft={draft} onChange={(change) => onChange({ ...draft, ...change })} />
      </section>
      <Folders draft={draft} onChange={onChange} />
    </div>
  );
}
