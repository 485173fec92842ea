// The kit every page is built from. It knows nothing of the product.

export { ArrowList } from './arrow-list.tsx';
export { Badge, StateDot, type Tone } from './badge.tsx';
export { Button, IconButton } from './button.tsx';
export { cn } from './cn.ts';
export { Code, CodeBlock, CopyButton } from './code.tsx';
export { Collapse } from './collapse.tsx';
export { Combobox } from './combobox.tsx';
export { ConfirmDialog, Dialog, useDialog } from './dialog.tsx';
export { Field } from './field.tsx';
export { formatAgo, formatBytes, formatDateTime, formatDuration } from './format.ts';
export { Icon } from './icon.tsx';
export type { IconName } from './icons.ts';
export { Input, SearchField, TextArea } from './input.tsx';
export { Kbd } from './kbd.tsx';
export { isMac, keysOf } from './keys.ts';
export { ListDetail, ListRow, Page, SectionTitle } from './layout.tsx';
export { ContextMenu, Menu, MenuItem, MenuLabel, MenuSeparator } from './menu.tsx';
export { Popover } from './popover.tsx';
export { Select } from './select.tsx';
export { EmptyState, ErrorNote, ErrorState, Skeleton, SkeletonRows, Spinner } from './states.tsx';
export { SegmentedControl, type TabItem, Tabs } from './tabs.tsx';
export { Bytes, Duration, TimeAgo, TimeOf, useClock, When } from './time.tsx';
export { Toaster, toast, toastError } from './toast.tsx';
export { Checkbox, Switch } from './toggles.tsx';
export { Tooltip, TooltipProvider } from './tooltip.tsx';
export { daysBetween, formatClock, formatDay, formatWhen } from './when.ts';
