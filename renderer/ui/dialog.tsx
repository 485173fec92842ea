import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { type ReactNode, type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import type { AppErrorShape } from '../../shared/errors.ts';
import { toAppError } from '../../shared/errors.ts';
import { useT } from '../strings/index.ts';
import { Button, IconButton } from './button.tsx';
import { cn } from './cn.ts';
import { ErrorNote } from './states.tsx';

const backdrop =
  'fixed inset-0 z-40 bg-[rgb(12_12_14/.38)] transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0 dark:bg-[rgb(0_0_0/.55)]';
const popup =
  'appear fixed top-[max(24px,12vh)] left-1/2 z-40 flex max-h-[min(76vh,calc(100vh-48px))] w-[calc(100vw-48px)] -translate-x-1/2 flex-col rounded-lg border border-line bg-panel shadow-float outline-none';
const widths = { s: 'max-w-[400px]', m: 'max-w-[560px]', l: 'max-w-[760px]' };

export interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: ReactNode;
  description?: ReactNode;
  /** Buttons, the primary one last. The first field has the focus unless `initialFocus` says otherwise. */
  footer?: ReactNode;
  size?: keyof typeof widths;
  initialFocus?: RefObject<HTMLElement | null>;
  /** Asked when it closes; false leaves the focus to whoever closed it. */
  returnsFocus?: () => boolean;
  /** It has closed, its leaving animation too. */
  onClosed?: () => void;
  children?: ReactNode;
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  size = 'm',
  initialFocus,
  returnsFocus,
  onClosed,
  children,
}: DialogProps) {
  const t = useT('ui');
  const body = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} onOpenChangeComplete={(isOpen) => !isOpen && onClosed?.()}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup
          className={cn(popup, widths[size])}
          finalFocus={() => returnsFocus?.() ?? true}
          initialFocus={
            initialFocus ??
            (() =>
              body.current?.querySelector<HTMLElement>('input:not([type=hidden]):not([aria-hidden=true]), textarea, [role=combobox]') ??
              // Not the close button: its tooltip would take the first Escape.
              body.current ??
              true)
          }
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold text-ink">{title}</Base.Title>
              {description === undefined ? null : (
                <Base.Description className="mt-0.5 text-base text-ink-2">{description}</Base.Description>
              )}
            </div>
            <IconButton label={t('close')} icon="x" className="-mt-[3px] -mr-1.5" onClick={() => onOpenChange(false)} />
          </div>
          <div ref={body} tabIndex={-1} className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 pt-0.5 pb-5 outline-none">
            {children}
          </div>
          {footer === undefined ? null : (
            <div className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** A question: "Forget this?" */
  title: ReactNode;
  /** What will happen and whether it can be undone. */
  text: ReactNode;
  /** The verb on the button: "Forget". */
  action: string;
  danger?: boolean;
  /** The dialog stays open, with the error, when this fails. */
  onConfirm(): Promise<unknown> | unknown;
}

export function ConfirmDialog({ open, onOpenChange, title, text, action, danger = true, onConfirm }: ConfirmDialogProps) {
  const t = useT('ui');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppErrorShape>();
  const change = (next: boolean): void => {
    setError(undefined);
    onOpenChange(next);
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (failure) {
      setError(toAppError(failure).toJSON());
    } finally {
      setBusy(false);
    }
  };
  return (
    <AlertDialog.Root open={open} onOpenChange={change}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdrop} />
        <AlertDialog.Popup className={cn(popup, widths.s)}>
          <div className="flex flex-col gap-2 overflow-y-auto px-5 pt-4 pb-4">
            <AlertDialog.Title className="text-lg font-semibold text-ink">{title}</AlertDialog.Title>
            <AlertDialog.Description className="text-base text-ink-2" render={<div />}>
              {text}
            </AlertDialog.Description>
            {error === undefined ? null : <ErrorNote error={error} />}
          </div>
          <div className="flex justify-end gap-2 px-5 pb-4">
            <Button variant="ghost" onClick={() => change(false)}>
              {t('cancel')}
            </Button>
            <Button variant={danger ? 'danger' : 'primary'} loading={isBusy} onClick={() => void confirm()}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** A dialog's open state, and what it is about: `const edit = useDialog<Item>(); edit.show(item); <Dialog {...edit.props} />`. */
export function useDialog<T = void>(): {
  open: boolean;
  /** What it was last shown for; stays while it closes, so that nothing flashes. */
  subject: T | undefined;
  show(subject: T): void;
  hide(): void;
  props: { open: boolean; onOpenChange(open: boolean): void };
} {
  const [open, setOpen] = useState(false);
  const [subject, setSubject] = useState<T>();
  const show = useCallback((next: T) => {
    setSubject(() => next);
    setOpen(true);
  }, []);
  const hide = useCallback(() => setOpen(false), []);
  return useMemo(() => ({ open, subject, show, hide, props: { open, onOpenChange: setOpen } }), [open, subject, show, hide]);
}
