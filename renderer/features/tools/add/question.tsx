import type { ReactNode } from 'react';
import { type ImportQuestion, numberFault } from '../../../../shared/model/server-import.ts';
import { visibleText } from '../../../markdown/hidden.ts';
import { pickFile, pickFolder } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Field, Input, Select, Switch, TextArea } from '../../../ui/index.ts';

interface Props {
  question: ImportQuestion;
  value: string;
  isMissing: boolean;
  onChange: (value: string) => void;
}

/** One value that is still missing, in the field that fits it. */
export function Question({ question, value, isMissing, onChange }: Props): ReactNode {
  const t = useT('tools');
  const fault = numberFault(question, value);
  const hints = [
    question.description,
    question.kind === 'secret' ? t('new.plan.secretHint') : '',
    question.isList === true ? t('new.plan.listHint') : '',
  ];
  const hint = visibleText(hints.filter((each) => each !== '').join(' '));
  return (
    <Field
      label={visibleText(question.title)}
      required={question.isRequired}
      inline={question.kind === 'boolean'}
      error={
        fault !== undefined ? t('new.plan.notNumber', { fault }) : isMissing ? t('new.plan.missing', { what: question.title }) : undefined
      }
      {...(hint === '' ? {} : { hint })}
    >
      <Control question={question} value={value} onChange={onChange} />
    </Field>
  );
}

function Control({ question, value, onChange }: Omit<Props, 'isMissing'>): ReactNode {
  const { kind, options } = question;
  if (options !== undefined && options.length > 0)
    return (
      <Select value={value === '' ? null : value} onChange={onChange} options={options.map((each) => ({ value: each, label: each }))} />
    );
  if (kind === 'boolean') return <Switch checked={value === 'true'} onChange={(next) => onChange(`${next}`)} />;
  if (kind === 'folder' || kind === 'file') return <PathControl question={question} value={value} onChange={onChange} />;
  return (
    <Input
      type={kind === 'secret' ? 'password' : 'text'}
      inputMode={kind === 'number' ? 'decimal' : undefined}
      autoComplete="off"
      spellCheck={false}
      mono={kind === 'secret'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function PathControl({ question, value, onChange }: Omit<Props, 'isMissing'>): ReactNode {
  const t = useT('tools');
  const isList = question.isList === true;
  const choose = async (): Promise<void> => {
    const path = await (question.kind === 'folder' ? pickFolder : pickFile)({ title: question.title });
    if (path === null) return;
    const lines = value.split('\n').filter((line) => line.trim() !== '');
    onChange(isList ? [...new Set([...lines, path])].join('\n') : path);
  };
  return (
    <div className="flex min-w-0 items-start gap-2">
      {isList ? (
        <TextArea mono autoGrow rows={2} spellCheck={false} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <Input mono spellCheck={false} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      )}
      <Button icon={question.kind === 'folder' ? 'folder' : 'file'} onClick={() => void choose()}>
        {t('new.plan.choosePath')}
      </Button>
    </div>
  );
}
