import { Toast as Base } from '@base-ui/react/toast';
import type { AppErrorShape } from '../../shared/errors.ts';
import { useT } from '../strings/index.ts';
import { Icon } from './icon.tsx';

export type ToastTone = 'neutral' | 'ok' | 'bad' | 'wait';
export interface ToastOptions {
  title: string;
  text?: string | undefined;
  tone?: ToastTone;
  action?: { label: string; onClick(): void };
  /** Milliseconds; 0 keeps it until closed. */
  timeout?: number;
}

const manager = Base.createToastManager();

/** Says that something was done, or that something in the background went wrong. Returns its id. */
function show(options: ToastOptions | string): string {
  const { title, text, tone = 'neutral', action, timeout } = typeof options === 'string' ? { title: options } : options;
  return manager.add({
    title,
    ...(text === undefined ? {} : { description: text }),
    type: tone,
    timeout: timeout ?? (tone === 'bad' ? 9_000 : 4_000),
    priority: tone === 'bad' ? 'high' : 'low',
    ...(action === undefined ? {} : { actionProps: { children: action.label, onClick: action.onClick } }),
  });
}

const showError = (error: Pick<AppErrorShape, 'message' | 'hint' | 'code'>): string =>
  error.code === 'cancelled' ? '' : toast({ title: error.message, text: error.hint, tone: 'bad' });

/** `toast('Saved')`, `toast({ title, text, tone })`, `toast.error(appError)` (an AppError or its shape; a cancel says nothing). */
export const toast = Object.assign(show, { error: showError });
export const toastError = showError;

const icons: Record<string, { name: string; className: string }> = {
  ok: { name: 'circle-check', className: 'text-ok' },
  bad: { name: 'circle-alert', className: 'text-bad' },
  wait: { name: 'hand', className: 'text-wait' },
};

function ToastList() {
  const t = useT('ui');
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => {
    const icon = icons[item.type ?? ''];
    return (
      <Base.Root
        key={item.id}
        toast={item}
        data-toast
        swipeDirection={['right', 'down']}
        className="floating flex w-full items-start gap-2 p-3 transition-[opacity,transform] duration-150 data-[ending-style]:translate-y-1 data-[starting-style]:translate-y-1 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
      >
        {icon === undefined ? null : <Icon name={icon.name} className={`mt-0.5 shrink-0 ${icon.className}`} />}
        <div className="min-w-0 flex-1">
          <Base.Title className="text-base font-medium text-ink [overflow-wrap:anywhere]" />
          <Base.Description className="text-sm text-ink-2 [overflow-wrap:anywhere]" />
        </div>
        <Base.Action className="shrink-0 rounded-sm px-1.5 text-base font-medium text-accent-ink hover:bg-accent-soft" />
        <Base.Close
          aria-label={t('close')}
          className="flex size-5 shrink-0 items-center justify-center rounded-sm text-ink-3 hover:text-ink"
        >
          <Icon name="x" size={14} />
        </Base.Close>
      </Base.Root>
    );
  });
}

/** Once in the app. */
export function Toaster() {
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-21 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col-reverse gap-2">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
