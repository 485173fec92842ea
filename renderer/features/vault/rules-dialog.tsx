// Who may use an entry, which of its fields, to which hosts it may be sent, and until when.

import { useState } from 'react';
import { noFacts, type SecretFacts, type SecretInfo, type SecretParty, secretFacts } from '../../../shared/model/vault.ts';
import { client, useCall } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Checkbox, Combobox, Dialog, ErrorNote, Field, SegmentedControl, TextArea } from '../../ui/index.ts';
import { ExpiryField } from './expiry.tsx';
import { PartyRow } from './party-row.tsx';

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
  // A web address is no secret.
  const fields = (secret.fields ?? []).filter((field) => field !== 'address');
  const lines = hosts.split(/[\s,]+/).filter((line) => line !== '');
  const parsed = secretFacts.safeParse({ ...facts, hosts: lines.map((line) => line.toLowerCase()) });
  // The pattern that does not do is named: there may be many.
  const fault = parsed.success ? undefined : parsed.error.issues.find((issue) => issue.path[0] === 'hosts');
  const hostFault = fault === undefined ? undefined : `${lines[Number(fault.path[1])] ?? ''} ${fault.message}`;
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
        <div className="-mt-2 flex flex-col gap-2">
          {facts.parties.length === 0 ? <p className="m-0 text-wait">{t('rulesEmpty')}</p> : null}
          <ul className="m-0 flex list-none flex-col divide-y divide-line p-0">
            {facts.parties.map((party) => (
              <PartyRow
                key={keyOf(party)}
                party={party}
                fields={fields}
                onChange={(next) =>
                  setFacts({ ...facts, parties: facts.parties.map((each) => (keyOf(each) === keyOf(party) ? next : each)) })
                }
                onRemove={() => setFacts({ ...facts, parties: facts.parties.filter((each) => keyOf(each) !== keyOf(party)) })}
              />
            ))}
          </ul>
          <Combobox
            aria-label={t('partyAdd')}
            placeholder={open.length === 0 ? t('partyNone') : t('partyWhich')}
            value=""
            onChange={(next) => {
              const chosen = open.find((party) => keyOf(party) === next);
              if (chosen !== undefined) setFacts({ ...facts, parties: [...facts.parties, chosen] });
            }}
            options={open.map((party) => ({ value: keyOf(party), label: party.title, hint: t(`party.${party.kind}`) }))}
          />
        </div>
      )}
      <Field label={t('hostsLabel')} hint={t('hostsHint')} error={hostFault}>
        <TextArea mono rows={3} spellCheck={false} value={hosts} onChange={(event) => setHosts(event.currentTarget.value)} />
      </Field>
      <ExpiryField facts={facts} onChange={setFacts} />
      {facts.expiresAt === undefined ? null : (
        <Checkbox label={t('useExpired')} checked={facts.useExpired} onChange={(useExpired) => setFacts({ ...facts, useExpired })} />
      )}
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}
