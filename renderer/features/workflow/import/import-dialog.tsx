// Workflows of this and other programs come in here: choose, read the report, import. Nothing is stored before the last step.

import { useEffect, useRef, useState } from 'react';
import { type AppErrorShape, isCancelled } from '../../../../shared/errors.ts';
import type { Workflow } from '../../../../shared/model/workflow.ts';
import { toAppError } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Dialog, ErrorNote, Spinner, toast } from '../../../ui/index.ts';
import { ChooseFile } from './choose-file.tsx';
import './import.css';
import { ReportView } from './import-report.tsx';
import { fitsOneMessage, readImport, readSent, type Sent, storeSent } from './read-file.ts';

interface Props {
  open: boolean;
  /** Dropped on the page: read at once. */
  file?: File | undefined;
  onOpenChange(open: boolean): void;
  onImported(first: Pick<Workflow, 'id' | 'name'>): void;
}

interface Preview extends Sent {
  text: string;
  name: string | undefined;
}

export function ImportDialog({ open, file, onOpenChange, onImported }: Props) {
  const t = useT('importing');
  const [pasted, setPasted] = useState('');
  const [reading, setReading] = useState<string>();
  const [preview, setPreview] = useState<Preview>();
  const [error, setError] = useState<AppErrorShape>();
  const [isBusy, setBusy] = useState(false);
  // The newest file wins, and what comes after the dialog was closed is dropped.
  const asked = useRef(0);

  const read = async (what: string, name: string | undefined, getText: () => Promise<string>) => {
    asked.current += 1;
    const mine = asked.current;
    setError(undefined);
    setPreview(undefined);
    setReading(what);
    try {
      const text = await getText();
      const sent = await readSent(text, name);
      if (mine !== asked.current) return;
      setPreview({ text, name, ...sent });
    } catch (thrown) {
      if (mine === asked.current) setError(toAppError(thrown).toJSON());
    } finally {
      if (mine === asked.current) setReading(undefined);
    }
  };
  const readFile = (chosen: File) => void read(chosen.name, chosen.name, () => readImport(chosen));
  const readPasted = () => void read(t('pasted'), undefined, async () => fitsOneMessage(pasted, t('pasted')));

  // biome-ignore lint/correctness/useExhaustiveDependencies: a dropped file is read once, when it comes
  useEffect(() => {
    if (open && file !== undefined) readFile(file);
  }, [open, file]);

  const startAgain = () => {
    asked.current += 1;
    setPreview(undefined);
    setReading(undefined);
    setError(undefined);
  };
  const change = (next: boolean) => {
    if (!next) {
      startAgain();
      setPasted('');
    }
    onOpenChange(next);
  };
  const bringIn = async ({ text, name, upload }: Preview) => {
    setBusy(true);
    setError(undefined);
    try {
      const workflows = await storeSent(text, name, upload);
      const first = workflows[0];
      if (first === undefined) return;
      if (workflows.length > 1) toast({ tone: 'ok', title: t('imported', { count: workflows.length }) });
      change(false);
      onImported(first);
    } catch (thrown) {
      const failure = toAppError(thrown);
      if (!isCancelled(failure)) setError(failure.toJSON());
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={open}
      onOpenChange={change}
      size="l"
      title={t('title')}
      description={preview === undefined ? t('text') : t(preview.count === 0 ? 'nothing-to-import' : 'nothing-stored')}
      footer={
        preview === undefined ? undefined : (
          <>
            <Button variant="ghost" onClick={startAgain}>
              {t('back')}
            </Button>
            {preview.count === 0 ? (
              <Button onClick={() => change(false)}>{t('cancel')}</Button>
            ) : (
              <Button variant="primary" loading={isBusy} onClick={() => void bringIn(preview)}>
                {t('import', { count: preview.count })}
              </Button>
            )}
          </>
        )
      }
    >
      {reading !== undefined ? (
        <div className="py-6">
          <Spinner label={t('reading', { name: reading })} />
        </div>
      ) : preview === undefined ? (
        <ChooseFile error={error} pasted={pasted} onPaste={setPasted} onFile={readFile} onRead={readPasted} />
      ) : (
        <>
          {error !== undefined && <ErrorNote error={error} />}
          <ReportView report={preview.report} />
        </>
      )}
    </Dialog>
  );
}
