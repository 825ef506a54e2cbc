/**
 * Before the page: signing in where that is needed, and the lock of a session that nobody touches.
 */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, PasswordInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SessionState } from '#contract/account.ts';
import {
  FormDialog,
  NotLoaded,
  useCommand,
  useSession,
  useSetSession,
  useStation,
} from '../kit.ts';
import { SignInView } from './sign-in-view.tsx';

/** What a person at the screen does. A picture that moves is nothing of it. */
const inputs = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
/** Said to the station at most this often, ms */
const touchMs = 60_000;

export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  const { data } = session;
  useTouch(data);
  if (data === undefined) {
    return <NotLoaded query={session} title={t('access.noStation')} />;
  }
  if (data.role === 'nobody') return <SignInView isOpen={data.isOpen} />;
  return (
    <>
      {data.isLocked && data.fullRole !== 'viewer' && <LockBanner session={data} />}
      {children}
    </>
  );
}

/** Tells the station that somebody is here, so that the session does not lock. */
function useTouch(session: SessionState | undefined): void {
  const { link } = useStation();
  const setSession = useSetSession();
  const touchedAt = useRef(0);
  const isSignedIn = session?.userId != null && !session.isLocked;
  useEffect(() => {
    if (!isSignedIn) return undefined;
    const onInput = () => {
      const now = Date.now();
      if (now - touchedAt.current < touchMs) return;
      touchedAt.current = now;
      // When the station cannot be reached, the connection banner says so.
      link.call('session.touch', {}).then(setSession, () => undefined);
    };
    for (const kind of inputs) window.addEventListener(kind, onInput, { passive: true });
    return () => {
      for (const kind of inputs) window.removeEventListener(kind, onInput);
    };
  }, [isSignedIn, link, setSession]);
}

function LockBanner({ session }: { readonly session: SessionState }) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [password, setPassword] = useState('');
  const unlocking = useCommand('session.unlock');
  const setSession = useSetSession();
  return (
    <div className="tw-lock" role="status">
      <IconLock size={16} aria-hidden />
      <span>{t('access.locked', { name: session.name })}</span>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        {t('access.unlock')}
      </Button>
      {isAsking && (
        <FormDialog
          title={t('access.unlockTitle', { name: session.name })}
          command={unlocking}
          submit={t('access.unlock')}
          isReady={password !== ''}
          onSubmit={() => {
            unlocking.mutate(
              { password },
              {
                onSuccess(next) {
                  setPassword('');
                  setAsking(false);
                  setSession(next);
                },
              },
            );
          }}
          onClose={() => setAsking(false)}
        >
          <PasswordInput
            data-autofocus
            label={t('access.password')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('access.showPassword') }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        </FormDialog>
      )}
    </div>
  );
}
