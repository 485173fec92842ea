import type { DoctorFinding } from '../../../shared/model/system.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Code, CopyButton, cn, ErrorState, Icon, SectionTitle, SkeletonRows } from '../../ui/index.ts';

const looks: Record<DoctorFinding['state'], { icon: string; className: string }> = {
  ok: { icon: 'circle-check', className: 'text-ok' },
  note: { icon: 'info', className: 'text-ink-3' },
  missing: { icon: 'triangle-alert', className: 'text-wait' },
  broken: { icon: 'circle-x', className: 'text-bad' },
};
const rank: Record<DoctorFinding['state'], number> = { broken: 0, missing: 1, note: 2, ok: 3 };

/** A sentence; what stands in backticks is a command that can be copied. */
function WithCommands({ text }: { text: string }) {
  return (
    <span className="text-ink">
      {text.split('`').map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the sentence
          <span key={index} className="whitespace-nowrap">
            <Code>{part}</Code>
            <CopyButton text={part} className="-my-1 align-middle" />
          </span>
        ),
      )}
    </span>
  );
}

function Finding({ finding }: { finding: DoctorFinding }) {
  const t = useT('system');
  const look = looks[finding.state];
  return (
    <li className="flex gap-2.5 py-1.5">
      <Icon name={look.icon} size={15} className={cn('mt-0.5 shrink-0', look.className)} aria-label={t(`doctorState.${finding.state}`)} />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 gap-2">
          <span className="shrink-0 font-medium">{finding.title}</span>
          <span className="min-w-0 text-ink-2 [overflow-wrap:anywhere]">{finding.detail}</span>
        </div>
        {finding.consequence === undefined ? null : <div className="text-ink-2 text-sm">{finding.consequence}</div>}
        {finding.fix === undefined ? null : (
          <div className="text-ink-2 text-sm [overflow-wrap:anywhere]">
            {t('fix')}: <WithCommands text={finding.fix} />
          </div>
        )}
      </div>
    </li>
  );
}

export function Doctor() {
  const t = useT('system');
  const doctor = useCall((signal) => client.app.runDoctor(undefined, { signal }), []);
  const findings = [...(doctor.data ?? [])].sort((a, b) => rank[a.state] - rank[b.state]);
  return (
    <section>
      <SectionTitle
        actions={
          <Button variant="ghost" size="s" icon="refresh-cw" loading={doctor.loading && doctor.data !== undefined} onClick={doctor.reload}>
            {t('runDoctor')}
          </Button>
        }
      >
        {t('doctor')}
      </SectionTitle>
      {doctor.data === undefined ? (
        doctor.error === undefined ? (
          <SkeletonRows count={9} tall />
        ) : (
          <ErrorState error={doctor.error} onRetry={doctor.reload} />
        )
      ) : (
        <ul className="m-0 list-none divide-y divide-line border-line border-y p-0">
          {findings.map((finding) => (
            <Finding key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
    </section>
  );
}
