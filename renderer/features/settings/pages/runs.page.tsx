import { useT } from '../../../strings/index.ts';
import { SectionTitle } from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';
import { NumberField } from '../number-field.tsx';
import { WithSettings } from '../use-settings-form.tsx';

function Runs() {
  const t = useT('settings');
  return (
    <WithSettings>
      {(settings, change) => (
        <>
          <section className="flex flex-col gap-4">
            <SectionTitle>{t('runs.queue')}</SectionTitle>
            <NumberField
              label={t('runs.parallel')}
              hint={t('runs.parallelHint')}
              unit={t('runs.countUnit')}
              value={settings.maxParallelRuns}
              min={1}
              max={1000}
              onSave={(maxParallelRuns) => change({ maxParallelRuns })}
            />
          </section>
          <section className="flex flex-col gap-4 border-line border-t pt-4">
            <SectionTitle>{t('runs.unattended')}</SectionTitle>
            <NumberField
              label={t('runs.approval')}
              hint={t('runs.approvalHint')}
              unit={t('runs.hours')}
              value={settings.approvalHours}
              min={0}
              max={8760}
              onSave={(approvalHours) => change({ approvalHours })}
            />
            <NumberField
              label={t('runs.chatApproval')}
              hint={t('runs.chatApprovalHint')}
              unit={t('runs.hours')}
              value={settings.chatApprovalHours}
              min={0}
              max={8760}
              onSave={(chatApprovalHours) => change({ chatApprovalHours })}
            />
          </section>
          <section className="flex flex-col gap-4 border-line border-t pt-4">
            <SectionTitle>{t('runs.keeping')}</SectionTitle>
            <NumberField
              label={t('runs.days')}
              hint={t('runs.daysHint')}
              unit={t('runs.daysUnit')}
              value={settings.keepRunsDays}
              min={0}
              max={3650}
              onSave={(keepRunsDays) => change({ keepRunsDays })}
            />
            <NumberField
              label={t('runs.count')}
              hint={t('runs.countHint')}
              unit={t('runs.countUnit')}
              value={settings.keepRunsCount}
              min={0}
              max={1_000_000}
              onSave={(keepRunsCount) => change({ keepRunsCount })}
            />
            <NumberField
              label={t('runs.audit')}
              hint={t('runs.auditHint')}
              unit={t('runs.daysUnit')}
              value={settings.keepAuditDays}
              min={0}
              max={3650}
              onSave={(keepAuditDays) => change({ keepAuditDays })}
            />
            <NumberField
              label={t('runs.changes')}
              hint={t('runs.changesHint')}
              unit={t('runs.daysUnit')}
              value={settings.keepChangesDays}
              min={0}
              max={3650}
              onSave={(keepChangesDays) => change({ keepChangesDays })}
            />
            <NumberField
              label={t('runs.changesSize')}
              hint={t('runs.changesSizeHint')}
              unit={t('runs.megabytes')}
              value={settings.keepChangesMegabytes}
              min={100}
              max={1_000_000}
              onSave={(keepChangesMegabytes) => change({ keepChangesMegabytes })}
            />
          </section>
        </>
      )}
    </WithSettings>
  );
}

export const runsPage: SettingsPageSpec = {
  id: 'runs',
  icon: 'activity',
  order: 45,
  words: 'audit queue parallel limit retention keep days changes undo history approval hours jobs unattended',
  Content: Runs,
};
