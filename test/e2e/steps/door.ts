/**
 * The two ways to the page of a station, and what differs between them for the person who uses it.
 */
import type { Page } from 'playwright/test';
import { collectComplaints } from './operator.ts';

export interface StationDoor {
  readonly page: Page;
  /** As the audit log names it */
  readonly name: 'browser' | 'window';
  /** What the page and those opened from it have complained about so far. */
  complaints(): string[];
}

/** Chromium's own words about what is refused because nobody is signed in: an answer, and a socket for pictures. */
const refusals = /status of 401|no valid credentials available/;

export function browserDoor(page: Page): StationDoor {
  const collected = collectFrom(page);
  return {
    page,
    name: 'browser',
    // A page that was open while somebody signed out asks until it knows.
    complaints: () => collected.flat().filter((text) => !refusals.test(text)),
  };
}

/** The window is refused by an answer, of which nothing but the page speaks. */
export function windowDoor(page: Page): StationDoor {
  const collected = collectFrom(page);
  return { page, name: 'window', complaints: () => collected.flat() };
}

function collectFrom(page: Page): string[][] {
  const collected = [collectComplaints(page)];
  page.context().on('page', (opened) => collected.push(collectComplaints(opened)));
  return collected;
}
