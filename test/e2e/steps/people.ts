/**
 * Accounts at the page: the first admin, further users, signing in and out.
 */
import { expect, type Page } from 'playwright/test';

export interface Account {
  readonly name: string;
  readonly password: string;
}

/** Makes the first admin, who is signed in then. */
export async function makeFirstAdmin(page: Page, { name, password }: Account): Promise<void> {
  await openAccess(page);
  await page.getByRole('textbox', { name: 'User name' }).fill(name);
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Make the admin and sign in' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** Adds a user as an admin does. */
export async function addUser(
  page: Page,
  { name, password, role }: Account & { readonly role: 'Operator' | 'Viewer' },
): Promise<void> {
  await openAccess(page);
  await page.getByText('Users', { exact: true }).click();
  await page.getByRole('button', { name: 'Add a user' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: 'User name' }).fill(name);
  await form.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: role, exact: true }).click();
  await form.getByLabel('New password', { exact: true }).fill(password);
  await form.getByRole('button', { name: 'Add a user' }).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole('cell', { name, exact: true })).toBeVisible();
}

export async function signOut(page: Page): Promise<void> {
  await openAccess(page);
  await page.getByText('My account', { exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await seeSignIn(page);
}

/** Sees that nobody is signed in. */
export async function seeSignIn(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sign in to the station' })).toBeVisible();
}

export async function signIn(page: Page, { name, password }: Account): Promise<void> {
  await page.getByRole('textbox', { name: 'User name' }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Tasks' })).toBeVisible();
}

/** Opens the audit log as an admin, with the rows of one procedure only. */
export async function openAudit(
  page: Page,
  { procedure }: { readonly procedure: string },
): Promise<void> {
  await openAccess(page);
  await page.getByText('Audit log', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Only this command' }).fill(procedure);
}

/** Opens the description of the API from where keys are made; the page in a window of its own. */
export async function openApiPage(page: Page): Promise<Page> {
  await openAccess(page);
  await page.getByText('Keys', { exact: true }).click();
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Description of the API' }).click(),
  ]);
  return opened;
}

async function openAccess(page: Page): Promise<void> {
  const tasks = page.getByRole('navigation', { name: 'Tasks' });
  await tasks.getByRole('link', { name: 'Access' }).click();
}
