// Who may use an entry, and to which hosts it may be sent.

import { useState } from 'react';
import { noFacts, type SecretFacts, type SecretInfo, type SecretParty, secretFacts } from '../../../shared/model/vault.ts';
import { client, useCall } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Combobox, Dialog, ErrorNote, Field, IconButton, SegmentedControl, TextArea } from '../../ui/index.ts';

interface Props {
  secret: SecretInfo;
  onClose(): void;
  onSaved(): void;
}

/** All that could be on the list. */
function useParties(): SecretParty[] {
  const servers = useCall((signal) => client.tools.listServers(undefined, { signal }), []);
  const agents = useCall((signal) => client.agents.list(undefined, { signal }), []);
  const jobs = useCall((signal) => client.jobs.list({}, { signal }), []);
  const workflows = useCall((signal) => client.workflows.list({ query: '' }, { signal }), []);
  const settings = useCall((signal) => client.settings.get(undefined, { signal }), []);
  return [
    ...(servers.data ?? []).map(({ id, title }) => ({ kind: 'server' as const, id, title })),
    ...(settings.data?.providers ?? []).map(({ id, title }) => ({ kind: 'provider' as const, id, title })),
    ...(agents.data ?? []).map(({ id, name }) => ({ kind: 'agent' as const, id, title: name })),
    ...(jobs.data ?? []).map(({ id, title }) => ({ kind: 'job' as const, id, title })),
    ...(workflows.data ?? []).map(({ id, name }) => ({ kind: 'workflow' as const, id, title: name })),
  ];
}
const keyOf = ({ kind, id }: SecretParty): string => `${kind} ${id}`;

export function RulesDialog({ secret, onClose, onSaved }: Props) {
  const t = useT('vault');
  const before = secret.facts ?? noFacts;
  const [facts, setFacts] = useState<SecretFacts>(before);
  const [hosts, setHosts] = useState(before.hosts.join('\n'));
  const known = useParties();
  const task = useTask();
  const lines = hosts.split(/[\s,]+/).filter((line) => line !== '');
  const parsed = secretFacts.safeParse({ ...facts, hosts: lines.map((line) => line.toLowerCase()) });
  const open = known.filter((party) => !facts.parties.some((each) => keyOf(each) === keyOf(party)));
  const save = (): void =>
    void task.run(async () => {
      if (!parsed.success) return;
      await client.vault.change({ name: secret.name, facts: parsed.data });
      onSaved();
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('rulesTitle', { name: secret.name })}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button variant="primary" loading={task.isBusy} disabled={!parsed.success} onClick={save}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Field label={t('rules')} hint={t('rulesAccessHint')}>
        <SegmentedControl
          aria-label={t('rules')}
          value={facts.access}
          onChange={(access) => setFacts({ ...facts, access })}
          items={(['any', 'listed'] as const).map((value) => ({ value, label: t(`rulesAccess.${value}`) }))}
        />
      </Field>
      {facts.access === 'any' ? null : (
        <div className="flex flex-col gap-1">
          {facts.parties.length === 0 ? <p className="m-0 text-wait">{t('rulesEmpty')}</p> : null}
          <ul className="m-0 flex list-none flex-col divide-y divide-line p-0">
            {facts.parties.map((party) => (
              <li key={keyOf(party)} className="flex min-h-8 items-center gap-2">
                <span className="w-24 shrink-0 text-ink-3 text-sm">{t(`party.${party.kind}`)}</span>
                <span className="min-w-0 flex-1 truncate">{party.title}</span>
                <IconButton
                  icon="x"
                  label={t('partyRemove', { who: party.title })}
                  onClick={() => setFacts({ ...facts, parties: facts.parties.filter((each) => keyOf(each) !== keyOf(party)) })}
                />
              </li>
            ))}
          </ul>
          <Combobox
            aria-label={t('partyAdd')}
            placeholder={open.length === 0 ? t('partyNone') : t('partyAdd')}
            value=""
            onChange={(next) => {
              const chosen = open.find((party) => keyOf(party) === next);
              if (chosen !== undefined) setFacts({ ...facts, parties: [...facts.parties, chosen] });
            }}
            options={open.map((party) => ({ value: keyOf(party), label: party.title, hint: t(`party.${party.kind}`) }))}
          />
        </div>
      )}
      <Field label={t('hostsLabel')} hint={t('hostsHint')} error={parsed.success ? undefined : parsed.error.issues[0]?.message}>
        <TextArea mono rows={3} spellCheck={false} value={hosts} onChange={(event) => setHosts(event.currentTarget.value)} />
      </Field>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}
