export { ApprovalCard } from './approval-card.tsx';
export { ApprovalShown } from './approval-shown.tsx';
export { HiddenText } from './hidden-text.tsx';
export { InboxPage } from './inbox-page.tsx';
export { ToolArguments } from './tool-arguments.tsx';
export { useOpenItems } from './use-open-items.ts';
export { WaitingCard } from './waiting-card.tsx';
