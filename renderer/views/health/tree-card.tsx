/**
 * Station, workers, models and cameras, one line each: state, since when, what was found, the last error, the next try.
 */
import { useState } from 'react';
import { Button, Table, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { HealthCheck, HealthNode, HealthState } from '#contract/health-tree.ts';
import {
  Allowed,
  formatAge,
  formatRoute,
  StationSentence,
  useCommand,
  useFormats,
} from '../kit.ts';

const tones: Record<HealthState, string> = {
  ok: 'good',
  degraded: 'warning',
  down: 'bad',
  unknown: 'quiet',
  off: 'quiet',
};

interface TreeCardProps {
  readonly nodes: readonly HealthNode[];
  /** Unix time in ms on the station's clock */
  readonly now: number;
}

export function TreeCard({ nodes, now }: TreeCardProps) {
  const { t } = useTranslation();
  const check = useCommand('health.check');
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const depths = depthsOf(nodes);
  const toggle = (id: string): void => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  return (
    <article className="tw-card">
      <header>
        <h2>{t('healthTree.title')}</h2>
        <Allowed to="health.check">
          <Button
            size="compact-sm"
            variant="default"
            loading={check.isPending}
            onClick={() => check.mutate({})}
          >
            {t('healthTree.checkNow')}
          </Button>
        </Allowed>
      </header>
      <Table.ScrollContainer minWidth={860}>
        <Table className="tw-table tw-tree">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('healthTree.what')}</Table.Th>
              <Table.Th>{t('healthTree.state')}</Table.Th>
              <Table.Th>{t('healthTree.since')}</Table.Th>
              <Table.Th>{t('healthTree.detail')}</Table.Th>
              <Table.Th>{t('healthTree.nextTry')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {nodes.map((node) => {
              const isOpen = opened.has(node.id);
              const depth = depths.get(node.id) ?? 0;
              return [
                <NodeRow
                  key={node.id}
                  {...{ node, depth, now, isOpen }}
                  onToggle={() => toggle(node.id)}
                />,
                ...(isOpen
                  ? node.checks.map((each) => (
                      <CheckRow
                        key={`${node.id} ${each.name}`}
                        check={each}
                        depth={depth}
                        now={now}
                      />
                    ))
                  : []),
              ];
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </article>
  );
}

interface NodeRowProps {
  readonly node: HealthNode;
  readonly depth: number;
  readonly now: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function NodeRow({ node, depth, now, isOpen, onToggle }: NodeRowProps) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const name = node.kind === 'station' ? t('health.station') : node.name;
  const { lastError, retryAt, checks } = node;
  return (
    <Table.Tr>
      <Table.Td>
        <span className="tw-tree-name" style={{ paddingLeft: `${depth * 20}px` }}>
          {checks.length === 0 ? (
            <i aria-hidden />
          ) : (
            <UnstyledButton
              aria-expanded={isOpen}
              aria-label={t('healthTree.checksOf', { name })}
              onClick={onToggle}
            >
              {isOpen ? <IconChevronDown size={15} /> : <IconChevronRight size={15} />}
            </UnstyledButton>
          )}
          {node.cameraId === null ? (
            <strong>{name}</strong>
          ) : (
            <a className="tw-link" href={formatRoute({ task: 'live', id: node.cameraId })}>
              {name}
            </a>
          )}
          <small className="tw-dim">{t(`healthTree.kind.${node.kind}`)}</small>
        </span>
      </Table.Td>
      <Table.Td>
        <StateMark state={node.state} />
      </Table.Td>
      <Table.Td className="tw-nowrap">{formatAge(t, now - node.since)}</Table.Td>
      <Table.Td>
        <StationSentence
          of={node}
          code={lastError?.message === node.detail ? lastError.code : null}
        />
        {lastError !== null && lastError.message !== node.detail && (
          <div className="tw-dim">
            {t('healthTree.lastError', { at: time(lastError.at), code: lastError.code })}{' '}
            <StationSentence of={{ detail: lastError.message }} code={lastError.code} />
          </div>
        )}
      </Table.Td>
      <Table.Td className="tw-nowrap">
        {retryAt === null
          ? t('common.none')
          : retryAt <= now
            ? t('healthTree.tryingNow')
            : t('healthTree.inTime', { age: formatAge(t, retryAt - now) })}
      </Table.Td>
    </Table.Tr>
  );
}

interface CheckRowProps {
  readonly check: HealthCheck;
  readonly depth: number;
  readonly now: number;
}

function CheckRow({ check, depth, now }: CheckRowProps) {
  const { t } = useTranslation();
  return (
    <Table.Tr className="tw-tree-check">
      <Table.Td>
        <span className="tw-tree-name" style={{ paddingLeft: `${depth * 20 + 22}px` }}>
          {t(`healthTree.check.${check.name}`)}
        </span>
      </Table.Td>
      <Table.Td>
        <StateMark state={check.state} />
      </Table.Td>
      <Table.Td className="tw-nowrap">{formatAge(t, now - check.since)}</Table.Td>
      <Table.Td>
        <StationSentence of={check} />
      </Table.Td>
      <Table.Td className="tw-nowrap">
        {t('healthTree.checked', { age: formatAge(t, now - check.checkedAt) })}
      </Table.Td>
    </Table.Tr>
  );
}

function StateMark({ state }: { readonly state: HealthState }) {
  const { t } = useTranslation();
  return (
    <span className="tw-chip" data-tone={tones[state]}>
      <i aria-hidden />
      {t(`healthTree.mark.${state}`)}
    </span>
  );
}

/** How deep each node hangs; those above come first. */
function depthsOf(nodes: readonly HealthNode[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { id, parentId } of nodes) {
    depths.set(id, parentId === null ? 0 : (depths.get(parentId) ?? 0) + 1);
  }
  return depths;
}
