/**
 * Keys of the page: what is on screen registers its keys, the newest first, and the help shows exactly those.
 */
import { useEffect, useRef } from 'react';
import { createCell } from '../lib/cell.ts';

export interface Shortcut {
  /** As in KeyboardEvent.key, lower case for letters; `ctrl+` before it where needed (⌘ counts as Ctrl) */
  readonly keys: readonly string[];
  /** What the help shows as the key, and what it does; both translated. A shortcut without `help` is not listed */
  readonly help?: { readonly keys: string; readonly text: string };
  readonly run: (event: KeyboardEvent) => void;
  /** Whether it also works while somebody writes in a field */
  readonly isGlobal?: boolean;
}

/** What is registered now; the last comes first. */
export const activeShortcuts = createCell<readonly (readonly Shortcut[])[]>([]);

/** Registers shortcuts while the component is there and `isActive`. */
export function useShortcuts(shortcuts: readonly Shortcut[], isActive = true): void {
  const newest = useRef(shortcuts);
  useEffect(() => {
    newest.current = shortcuts;
  });
  const signature = shortcuts
    .map(({ keys, help }) => `${keys.join()}:${help?.text ?? ''}`)
    .join('|');
  useEffect(() => {
    if (!isActive) return undefined;
    const group = newest.current.map((shortcut, index) => ({
      ...shortcut,
      run: (event: KeyboardEvent) => newest.current[index]?.run(event),
    }));
    activeShortcuts.set([...activeShortcuts.get(), group]);
    return () => activeShortcuts.set(activeShortcuts.get().filter((known) => known !== group));
  }, [signature, isActive]);
}

/** Listens to the keyboard. Used once, at the root; returns how to stop. */
export function listenToKeys(page: Window): () => void {
  let isInDialog = false;
  // Before the dialog sees the key: one that Escape closes is gone when the page gets to know of it.
  const onFirst = () => {
    isInDialog = page.document.querySelector('[aria-modal="true"]') !== null;
  };
  const onKey = (event: KeyboardEvent) => {
    // A dialog has the keyboard for itself.
    if (isInDialog || event.defaultPrevented || event.altKey || event.isComposing) return;
    const key = keyOf(event);
    const isWriting = isField(event.target);
    if (isTaken(event.target, key)) return;
    for (const shortcut of activeShortcuts.get().toReversed().flat()) {
      if (!shortcut.keys.includes(key) || (isWriting && shortcut.isGlobal !== true)) continue;
      event.preventDefault();
      shortcut.run(event);
      return;
    }
  };
  page.addEventListener('keydown', onFirst, { capture: true });
  page.addEventListener('keydown', onKey);
  return () => {
    page.removeEventListener('keydown', onFirst, { capture: true });
    page.removeEventListener('keydown', onKey);
  };
}

function keyOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  );
}

/** Enter and Space press a button or a link; Space and the arrows choose among radio buttons. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches('[type=radio]')) return key === ' ' || key.startsWith('Arrow');
  return (
    (key === 'Enter' || key === ' ') && target.matches('button, a[href], summary, [role=option]')
  );
}
