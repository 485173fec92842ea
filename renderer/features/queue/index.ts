// The queue's door: the list of what goes and waits, and the control that holds everything.

export { PauseToggle } from './pause-toggle.tsx';
export { QueuePanel } from './queue-panel.tsx';
