// A cron pattern with what it means below it: its words at once, its next times as soon as the host has worked them out.

import { useEffect, useState } from 'react';
import { cronWords } from '../../../../shared/model/schedule-words.ts';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { formatWhen, IconButton, Input, Menu, MenuItem } from '../../../ui/index.ts';
import { asText, type FieldProps } from './field-props.ts';

const common = [
  ['*/15 * * * *', 'quarter'],
  ['0 * * * *', 'hourly'],
  ['0 8 * * *', 'daily'],
  ['0 8 * * 1-5', 'weekdays'],
  ['0 8 * * 1', 'weekly'],
  ['0 8 1 * *', 'monthly'],
] as const;

const quietMs = 250;
const timesShown = 3;

/** What was typed, once nothing was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), quietMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export function ScheduleField({ spec, value, onChange, config, isInvalid, disabled }: FieldProps<'schedule'>) {
  const t = useT('workflow');
  const cron = asText(value);
  const zone = spec.zoneKey === undefined ? '' : asText(config[spec.zoneKey]);
  const settled = useSettled(cron);
  const settledZone = useSettled(zone);
  return (
    <>
      <span className="wf-path">
        <Input
          mono
          value={cron}
          placeholder={spec.placeholder}
          disabled={disabled}
          spellCheck={false}
          aria-invalid={isInvalid}
          onChange={(event) => onChange(event.target.value)}
        />
        <Menu trigger={<IconButton label={t('fields.schedule-common')} icon="clock" variant="default" disabled={disabled} />}>
          {common.map(([pattern, name]) => (
            <MenuItem key={pattern} checked={pattern === cron} onSelect={() => onChange(pattern)}>
              {t(`fields.schedules.${name}`)}
            </MenuItem>
          ))}
        </Menu>
      </span>
      {settled.trim() !== '' && <Meaning cron={settled} zone={settledZone} />}
    </>
  );
}

function Meaning({ cron, zone }: { cron: string; zone: string }) {
  const t = useT('workflow');
  const found = useCall(
    (signal) => client.jobs.previewSchedule({ cron, ...(zone.trim() === '' ? {} : { zone: zone.trim() }) }, { signal }),
    [cron, zone],
  );
  if (found.error !== undefined)
    return (
      <p role="status" className="m-0 text-bad text-sm">
        {found.error.message} {found.error.hint}
      </p>
    );
  const times = found.data?.next.slice(0, timesShown).map((at) => formatWhen(at, Date.now()));
  return (
    <p role="status" className="m-0 text-ink-2 text-sm">
      {found.data?.words ?? cronWords(cron, zone)}
      <span className="tabular block min-h-4.5 text-ink-3">
        {times === undefined
          ? ''
          : times.length === 0
            ? t('fields.schedule-never')
            : t('fields.schedule-next', { times: times.join(' · ') })}
      </span>
    </p>
  );
}
