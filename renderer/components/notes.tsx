/**
 * The corner in which the station and the page say what has happened. What ends in that corner, too, makes room for it by
 * `--tw-notes-room`, so that no note lies on a button.
 */
import { useEffect } from 'react';
import { Notifications } from '@mantine/notifications';

const mostNotes = 3;
const shownMs = 4000;
/** Between the notes and what is above them, px */
const gapPx = 12;

export function Notes() {
  useEffect(() => {
    const corner = document.querySelector(
      '.mantine-Notifications-root[data-position="bottom-right"]',
    );
    if (corner === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { top, height } = corner.getBoundingClientRect();
      const roomPx = height === 0 ? 0 : window.innerHeight - top + gapPx;
      document.documentElement.style.setProperty('--tw-notes-room', `${String(roomPx)}px`);
    });
    observer.observe(corner);
    return () => observer.disconnect();
  }, []);
  // As wide as the rail, so that they never lie on a picture.
  return (
    <Notifications
      position="bottom-right"
      limit={mostNotes}
      autoClose={shownMs}
      containerWidth="clamp(232px, 18vw, 324px)"
    />
  );
}
