/**
 * Who is at this page and what that role may do. What is not allowed is not offered; the station refuses it anyway.
 */
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { includesRole } from '#contract/access.ts';
import type { SessionState } from '#contract/account.ts';
import type { StationError } from '#contract/error.ts';
import { procedures, type CallName } from '#contract/procedures.ts';
import { useStation } from './station-context.tsx';

export const sessionKey = ['session.get'] as const;

/** A session that locks or ends elsewhere is noticed within this time, ms. */
const refreshMs = 15_000;

export function useSession(): UseQueryResult<SessionState, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => link.call('session.get', {}, { signal }),
    refetchInterval: refreshMs,
  });
}

/** Whether the station would let this page call a procedure. */
export function useMay(): (name: CallName) => boolean {
  const { data } = useQuery<SessionState>({ queryKey: sessionKey, enabled: false });
  return (name) => data !== undefined && mayCall(data, name);
}

/** Whether a session may call a procedure, by the same table as the station. */
export function mayCall({ role, scopes }: SessionState, name: CallName): boolean {
  if (!includesRole(role, procedures[name].role)) return false;
  const noun = `${name.split('.')[0] ?? ''}.*`;
  return scopes === null || scopes.includes(name) || scopes.includes(noun);
}

/** Takes over what the station says about the session, without asking again. */
export function useSetSession(): (session: SessionState) => void {
  const client = useQueryClient();
  return (session) => client.setQueryData(sessionKey, session);
}
